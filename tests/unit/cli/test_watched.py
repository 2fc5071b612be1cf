from pathlib import Path

import pytest

from vaegis.cli.watched import latest, model_name, new_rows, open_watch
from vaegis.errors import ArtifactError


@pytest.fixture
def reference(here, make_machines):
    from vaegis.config.reference import ReferenceConfig
    from vaegis.fitted.model import FittedModel
    from vaegis.monitoring.reference import make_reference

    rows = make_machines(24 * 40, seed=2)
    return make_reference(FittedModel.load("bundle"), rows, rows.index % 2 == 0, ReferenceConfig(bins=8, frequencies=8))


def test_the_project_s_own_reference_serves_a_bundle_without_one(reference):
    reference.save(Path("models/candidate_reference.safetensors"))
    address, watch = open_watch("bundle", Path("monitoring"))
    assert address == "bundle"
    assert watch.folder == Path("monitoring") / watch.model.content_digest[:12]


def test_another_model_s_reference_is_none(reference, model_maker, make_machines, machine_schema):
    from vaegis.config.train import TrainConfig

    reference.save(Path("models/candidate_reference.safetensors"))
    model_maker(machine_schema, make_machines(300), TrainConfig(seed=9, latent_dim=2, hidden=[8])).save("other")
    with pytest.raises(ArtifactError, match="other carries no reference to hold new rows against"):
        open_watch("other", Path("monitoring"))


def test_a_file_s_rows_are_read_as_they_are(reference):
    reference.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    assert len(new_rows(watch, Path("rows.parquet"), "", "")) == 200


def test_the_store_is_asked_from_the_day_after_the_last(reference, monkeypatch):
    from types import SimpleNamespace

    import vaegis.feature_store.pull as feature_store

    asked = []
    table = SimpleNamespace(rows=SimpleNamespace(to_pandas=list))
    monkeypatch.setattr(feature_store, "pull", lambda folder, config: asked.append(config) or table)
    reference.save(Path("bundle/reference.safetensors"))
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    _, watch = open_watch("bundle", Path("monitoring"))
    new_rows(watch, None, "", "2014-03-01")
    new_rows(watch, None, "2014-02-20", "")
    assert [(item.start, item.end, item.max_rows) for item in asked] == [
        ("2014-02-10", "2014-03-01", 0),
        ("2014-02-20", "", 0),
    ]


@pytest.mark.parametrize(
    ("address", "name"), [("models:/a-b@champion", "a-b"), ("models:/m/3", "m"), ("models/candidate", "candidate")]
)
def test_name_of_an_address(address, name):
    assert model_name(address) == name


def test_nothing_monitored_yet_says_what_to_run(here):
    with pytest.raises(ArtifactError, match="run `vaegis monitor` first"):
        latest(Path("monitoring"))
