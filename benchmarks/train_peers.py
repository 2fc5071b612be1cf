"""CPU time of a peer's own training loop: `benchmarks.train --peers` runs it with a Python that has the peer.

    OMP_NUM_THREADS=1 python benchmarks/train_peers.py pyod|pythae --rows 65536 --batch 512 --epochs 1

It imports nothing of this project. The peer's VAE has the same widths (20 - 128 - 64 - 8 and back) and batches, its own
loss, optimiser and data loader; only the passes over the rows are timed, after one that is not.
"""

# ruff: noqa: PLC0415 - a peer is imported only where it is timed: the other may be missing

import argparse
import json
import sys
import tempfile
import time
from itertools import pairwise

import numpy as np
import torch

COLUMNS, HIDDEN, LATENT = 20, (128, 64), 8


def make_table(num_rows: int) -> np.ndarray:
    """Return correlated rows."""
    random = np.random.default_rng(0)
    table = random.normal(size=(num_rows, 4)) @ random.normal(size=(4, COLUMNS))
    return np.asarray(table + 0.3 * random.normal(size=table.shape), dtype=np.float32)


def pyod_seconds(table: np.ndarray, batch: int, epochs: int) -> float:
    """Time `BaseDeepLearningDetector.train`."""
    from pyod.models.vae import VAE

    seconds: list[float] = []

    class Clocked(VAE):  # type: ignore[misc]
        def train(self, train_loader: object) -> None:
            start = time.process_time()
            super().train(train_loader)
            seconds.append(time.process_time() - start)

    options = {"encoder_neuron_list": list(HIDDEN), "decoder_neuron_list": list(HIDDEN[::-1]), "latent_dim": LATENT}
    for passes in (1, epochs):
        Clocked(epoch_num=passes, batch_size=batch, verbose=0, device="cpu", **options).fit(table)
    return seconds[-1]


def pythae_seconds(table: np.ndarray, batch: int, epochs: int) -> float:
    """Time `BaseTrainer.train_step`, one pass."""
    from pythae.data.datasets import BaseDataset
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from torch import nn

    def layers(widths: list[int]) -> nn.Sequential:
        return nn.Sequential(
            *[module for a, b in pairwise(widths) for module in (nn.Linear(a, b), nn.LayerNorm(b), nn.SiLU())]
        )

    class Encoder(BaseEncoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body = layers([COLUMNS, *HIDDEN])
            self.mean, self.log_var = nn.Linear(HIDDEN[-1], LATENT), nn.Linear(HIDDEN[-1], LATENT)

        def forward(self, x: torch.Tensor) -> object:
            hidden = self.body(x)
            return ModelOutput(embedding=self.mean(hidden), log_covariance=self.log_var(hidden))

    class Decoder(BaseDecoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(*layers([LATENT, *HIDDEN[::-1]]), nn.Linear(HIDDEN[0], COLUMNS))

        def forward(self, z: torch.Tensor) -> object:
            return ModelOutput(reconstruction=self.body(z))

    rows = torch.from_numpy(table)
    config = VAEConfig(input_dim=(COLUMNS,), latent_dim=LATENT)
    with tempfile.TemporaryDirectory() as folder:
        trainer = BaseTrainer(
            VAE(config, encoder=Encoder(), decoder=Decoder()),
            BaseDataset(rows, torch.zeros(len(rows))),
            training_config=BaseTrainerConfig(
                output_dir=folder, per_device_train_batch_size=batch, num_epochs=epochs, no_cuda=True
            ),
        )
        trainer.prepare_training()
        trainer.train_step(1)
        start = time.process_time()
        for epoch in range(epochs):
            trainer.train_step(epoch + 2)
        return time.process_time() - start


PEERS = {"pyod": pyod_seconds, "pythae": pythae_seconds}


def main() -> None:
    """Print the time of a row, and the peer's version."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--rows", type=int, default=65_536)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    seconds = PEERS[options.peer](make_table(options.rows), options.batch, options.epochs)
    told = {"us_per_row": 1e6 * seconds / (options.rows * options.epochs), "torch": torch.__version__}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
