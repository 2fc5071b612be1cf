"""Reading evidence, of a project and of a run, of this version and of earlier ones."""

import json

import pytest

from vaegis.errors import ArtifactError
from vaegis.evaluation.report.material import Material, Sources


def write(root, name, value):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(value if isinstance(value, str) else json.dumps(value))


@pytest.fixture
def run(tmp_path):
    """The artifacts of a run."""
    write(tmp_path, "evidence/metrics.json", {"evaluate": {"latent": {"rate": 2.0, "aggregate_kl": None}}})
    write(tmp_path, "evidence/tables/columns.csv", "column,r2\na,0.5\n")
    write(tmp_path, "evidence/tables/titles.json", {"columns": "One row a column"})
    write(tmp_path, "evidence/validation.json", {"counts": {"clean": 9}})
    return tmp_path


def test_an_old_run_without_definitions_is_read_all_the_same(run):
    material = Material.read(Sources.of_run(run))
    found = {score.name: score.value for score in material.scores}
    assert found == {"latent/aggregate_kl": None, "latent/rate": 2.0}
    assert material.scores[0].reason
    assert material.titles == {"columns": "One row a column"}
    assert material.counts == {"clean": 9}
    assert material.schema is None
    assert material.figures == {}


def test_evidence_tells_more_and_keys_of_later_versions_are_passed_over(run):
    record = {"value": 2.0, "low": 1.0, "high": 3.0, "rows": 7, "definition": "d", "of a later version": 1}
    write(run, "evidence/evidence.json", {"latent/rate": record})
    score = Material.read(Sources.of_run(run)).score("latent/rate")
    assert (score.low, score.high, score.rows, score.definition) == (1.0, 3.0, 7, "d")
    assert score.topic == "latent"


def test_nothing_at_all_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match=r"metrics\.json does not exist"):
        Material.read(Sources.of_run(tmp_path))


def test_topics_come_in_a_readers_order_and_new_ones_follow(material, make_score):
    from dataclasses import replace

    more = replace(material, scores=(*material.scores, make_score("weather/sun")))
    assert more.topics == ["detection", "reconstruction", "latent", "synthetic", "weather"]


def test_the_files_of_a_project_are_the_named_ones(project, monkeypatch):
    monkeypatch.chdir(project)
    assert Sources.of_project().schema.is_file()
