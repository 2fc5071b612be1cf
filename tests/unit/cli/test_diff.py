"""`vaegis diff`: for people, for machines, with and without rows."""

import pytest

from vaegis.config.train import TrainConfig
from vaegis.errors import ArtifactError


@pytest.fixture(scope="module")
def other(machine_schema, make_machines, model_maker):
    return model_maker(machine_schema, make_machines(300), TrainConfig(latent_dim=3, hidden=[8], seed=1))


def test_without_rows_it_says_what_differs_and_how_to_measure(here, vaegis, other):
    other.save(here / "other")
    told = vaegis("diff", "bundle", "other")
    assert "No rows to measure both on: --rows FILE, or run in the project." in told
    assert ["configuration", "train.latent_dim", "3", "2"] in [line.split() for line in told.splitlines()]
    record = vaegis("diff", "bundle", "other", "--json")
    assert (record["verdict"], record["comparison"]) == (None, None)
    assert {item["name"] for item in record["changes"]} == {"train.latent_dim", "train.seed"}


@pytest.mark.slow
def test_on_rows_it_says_what_moved(here, vaegis, other, make_machines):
    other.save(here / "other")
    make_machines(1_000, seed=2).to_parquet(here / "many.parquet")
    record = vaegis("diff", "bundle", "other", "--rows", "many.parquet", "--json")
    assert record["comparison"]["rows"]["rows"] == 1_000
    assert record["comparison"]["rows"]["block"] == "day"
    assert record["sentence"].startswith("bundle beside other, on the same 1,000 rows: ")
    assert set(record["comparison"]["metrics"]) >= {"evaluate/reconstruction/nll", "evaluate/labels/broken_auroc"}
    told = vaegis("diff", "bundle", "other", "--rows", "many.parquet")
    assert "reconstruction/nll" in told
    assert "95 % interval" in told


def test_what_is_no_model_is_one_line(here, vaegis):
    with pytest.raises(ArtifactError, match="nowhere holds no bundle; allowed: a bundle folder, models:/"):
        vaegis("diff", "bundle", "nowhere")
