"""Sizes chosen from the data train small real tables as far as they go: not too few steps, not past the best."""

from dataclasses import replace

import pytest
import torch
from sklearn import datasets

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.data.transform import compress
from vaegis.likelihoods import Layout
from vaegis.model.vae import make_network
from vaegis.training.fit import fit_network
from vaegis.training.sink import NullSink

TABLES = {"wine": datasets.load_wine, "diabetes": datasets.load_diabetes, "wdbc": datasets.load_breast_cancer}


def records(name: str, folder, config: TrainConfig | None = None) -> list[dict[str, float]]:
    table = TABLES[name]().data
    order = torch.randperm(len(table), generator=torch.Generator().manual_seed(0)).numpy()
    table, cut = table[order], int(0.7 * len(table))
    scaled = compress((table - table[:cut].mean(0)) / table[:cut].std(0))
    num_rows, num_columns = scaled.shape
    rows = TableBatch(
        torch.tensor(scaled, dtype=torch.float32),
        torch.zeros(num_rows, 0, dtype=torch.long),
        torch.ones(num_rows, num_columns),
    )
    config = replace(config or TrainConfig.for_rows(cut, num_columns), accelerator="cpu", devices="1")
    layout = Layout(("gaussian",) * num_columns, (), ())
    train, validation = rows.rows(0, cut), rows.rows(cut, num_rows)
    fit = fit_network(train, validation, lambda: make_network(layout, config), config, folder=folder, sink=NullSink())
    return fit.history.records


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_small_tables_converge_and_do_not_collapse(name, tmp_path):
    told = records(name, tmp_path / "chosen")
    elbos = [record["val/elbo"] for record in told]
    best = elbos.index(max(elbos))
    few = records(name, tmp_path / "default", TrainConfig())
    assert max(elbos) > max(record["val/elbo"] for record in few) + 1.0
    # Another tenth of the training brings less than a nat in twenty: it has converged, or turned.
    assert elbos[best] - elbos[max(0, best - 4)] < 0.05 * abs(elbos[best])
    assert told[best]["val/active_units"] >= 2
    assert told[best]["val/decoder_use"] > 1.0
    assert not any(record["val/collapse"] for record in told)
    assert sum(record["train/skipped"] for record in told) <= 3
