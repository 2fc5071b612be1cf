"""Train on a small table and leave, for each rank, what it saw: `python -m tests.e2e.distributed_fit FOLDER CONFIG`."""

import json
import sys
from pathlib import Path

import torch

import vaegis.training.fit as training
from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.vae import make_network
from vaegis.training.module import TrainingModule


class TellingModule(TrainingModule):
    """Writes down where training ended on its rank."""

    folder: Path

    def on_train_end(self) -> None:
        """Leave the history and the weights' sum, which must be the same on every rank."""
        total = sum(parameter.double().sum().item() for parameter in self.average.parameters())
        told = {"step": self.global_step, "world": self.trainer.world_size, "weights": total}
        told["history"] = self.history.to_json()
        (self.folder / f"rank{self.global_rank}.json").write_text(json.dumps(told))


class FileSink:
    """Appends to one file a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def log(self, step, metrics) -> None:
        """Write one line."""
        rank = torch.distributed.get_rank() if torch.distributed.is_initialized() else 0
        with (self._folder / f"sink{rank}.txt").open("a") as lines:
            lines.write(f"{step} {metrics['val/elbo']!r}\n")

    def close(self) -> None:
        """Have nothing to deliver."""


def make_rows(num_rows: int) -> TableBatch:
    """Return rows with one hidden cause, some cells missing."""
    random = torch.Generator().manual_seed(0)
    cause = torch.randn(num_rows, 1, generator=random)
    values = cause @ torch.randn(1, 6, generator=random) + 0.3 * torch.randn(num_rows, 6, generator=random)
    observed = (torch.rand(num_rows, 7, generator=random) > 0.05).float()
    return TableBatch(values * observed[:, :6], (1 + (cause > 0).long()) * observed[:, 6:].long(), observed)


def main() -> None:
    """Fit and report; ranks above 0 must get nothing back."""
    folder, config = Path(sys.argv[1]), TrainConfig(**json.loads(sys.argv[2]))
    TellingModule.folder = folder
    training.TrainingModule = TellingModule
    layout = Layout(("gaussian",) * 6, ("categorical",), (2,))
    rows = make_rows(1_303)
    train, validation = rows.rows(0, 1_003), rows.rows(1_003, 1_303)
    fit = training.fit_network(
        train, validation, lambda: make_network(layout, config), config, folder=folder / "state", sink=FileSink(folder)
    )
    rank = torch.distributed.get_rank() if torch.distributed.is_initialized() else 0
    (folder / f"returned{rank}.txt").write_text("nothing" if fit is None else "fit")


if __name__ == "__main__":
    main()
