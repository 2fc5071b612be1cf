"""The candidate beside the version it would follow, from a real registry."""

import json

import pytest

from vaegis import paths
from vaegis.registry.compared import compare_with
from vaegis.registry.names import CONTENT_DIGEST, ROWS_DIGEST
from vaegis.registry.opponent import Opponent
from vaegis.registry.registration import register
from vaegis.registry.tracking import connect


@pytest.fixture
def followed(project):
    """A registered version, and another candidate in the working folder."""
    registration = register()
    tags = connect().get_model_version("machines", registration.version).tags
    opponent = Opponent(
        version=registration.version, content_digest=tags[CONTENT_DIGEST], rows_digest=tags[ROWS_DIGEST]
    )
    project.train(seed=5)
    return opponent


def test_an_opponent_that_cannot_be_asked_is_a_result_with_its_reason(followed):
    paths.SCHEMA.write_text("{}")
    (paths.CANDIDATE / "weights.safetensors").unlink()
    paths.SCHEMA.write_text(json.dumps(json.loads((paths.CANDIDATE / "schema.json").read_text())))
    compared = compare_with(followed, "machines")
    assert compared.comparison is None
    assert compared.reason
    assert compared.metrics["evaluate/detection/injected_auroc"] == 0.9
    assert compared.opponent == followed


@pytest.mark.slow
def test_both_are_measured_on_the_project_s_rows(followed, project, make_machines):
    rows = make_machines(24 * 60)
    rows.to_parquet(paths.CLEAN_ROWS)
    project._write(
        "params.yaml", "split: {test_from: '2014-02-01'}\nregister: {model: machines}\nevaluate: {nll_rows: 50}\n"
    )
    compared = compare_with(followed, "machines")
    assert compared.reason == ""
    assert compared.found.rows["block"] == "day"
    assert compared.found.champion["content_digest"] == followed.content_digest
    assert compared.found.champion["label"] == f"champion, version {followed.version}"
