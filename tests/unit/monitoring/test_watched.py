from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.monitoring.watched import latest, model_name, open_watch


def test_the_project_s_own_reference_serves_a_bundle_without_one(known):
    known.save(Path("models/candidate_reference.safetensors"))
    address, watch = open_watch("bundle", Path("monitoring"))
    assert address == "bundle"
    assert watch.folder == Path("monitoring") / watch.model.content_digest[:12]


def test_another_model_s_reference_is_none(known, model_maker, make_machines, machine_schema):
    from vaegis.config.train import TrainConfig

    known.save(Path("models/candidate_reference.safetensors"))
    model_maker(machine_schema, make_machines(300), TrainConfig(seed=9, latent_dim=2, hidden=[8])).save("other")
    with pytest.raises(ArtifactError, match="other carries no reference to hold new rows against"):
        open_watch("other", Path("monitoring"))


@pytest.mark.parametrize(
    ("address", "name"), [("models:/a-b@champion", "a-b"), ("models:/m/3", "m"), ("models/candidate", "candidate")]
)
def test_name_of_an_address(address, name):
    assert model_name(address) == name


def test_nothing_monitored_yet_says_what_to_run(here):
    with pytest.raises(ArtifactError, match="run `vaegis monitor` first"):
        latest(Path("monitoring"))
