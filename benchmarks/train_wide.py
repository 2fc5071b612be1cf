"""Rows a second of a wide residual network, for a GPU: `fit_network` against a hand-written loop and matrix products.

Encoder and decoder have residual blocks of equal width. MFU is 6 x weights x rows a second (forward and backward, two
operations a weight and row) over the speed of a large matrix product measured here, or `--peak` of a data sheet. The
first interval (compilation, warm-up) is not counted.

    python -m benchmarks.train_wide --precision bf16-mixed [--compile]       one GPU, 4 x 1024 at 16,384 rows
    OMP_NUM_THREADS=1 python -m benchmarks.train_wide --width 64 --batch 512 --steps 20      a try-out on a CPU
"""

import argparse
import json
import statistics

import torch
from torch import Tensor, nn

from benchmarks.loops import clock, hand_seconds, lightning_seconds, make_rows
from vaegis.config.train import TrainConfig
from vaegis.likelihoods import Layout
from vaegis.model.vae import VAE

LAYOUT = Layout(("gaussian",) * 56, ("categorical",) * 8, (16,) * 8)


class Residual(nn.Module):
    """x + f(x). N rows, H units."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU())

    def forward(self, x_NH: Tensor) -> Tensor:
        """Return the block's output."""
        return x_NH + self.body(x_NH)


def make_wide(width: int, blocks: int, config: TrainConfig) -> VAE:
    """Return a VAE with `blocks` residual blocks on either side."""
    network = VAE(LAYOUT, latent_dim=config.latent_dim, hidden=[width], min_sigma=config.min_sigma)
    network.encoder.extend([Residual(width) for _ in range(blocks)])
    *first, last = network.decoder
    network.decoder = nn.Sequential(*first, *[Residual(width) for _ in range(blocks)], last)
    return network


def peak_flops(precision: str) -> float:
    """Return the operations a second of a large matrix product on this device."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    side = 8_192 if device.type == "cuda" else 1_024
    a = torch.randn(side, side, device=device, dtype=torch.bfloat16 if precision == "bf16-mixed" else torch.float32)
    times = []
    for _ in range(12):
        start = clock()
        a @ a
        times.append(clock() - start)
    return 2 * side**3 / min(times)


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Run both loops in turn and return their speeds."""
    config = TrainConfig(
        latent_dim=16,
        batch_rows=options.batch,
        epochs=options.intervals,
        interval_steps=options.steps,
        precision=options.precision,
        compile=options.compile,
        devices="1",
    )
    rows = make_rows(LAYOUT, options.batch * options.steps, seed=0)

    def make() -> VAE:
        return make_wide(options.width, options.blocks, config)

    ours, _ = lightning_seconds(make, rows, config)
    by_hand, _ = hand_seconds(make, rows, config)
    fast, reference = (rows.num_rows / statistics.median(seconds[1:]) for seconds in (ours, by_hand))
    weights = sum(module.weight.numel() for module in make().modules() if isinstance(module, nn.Linear))
    peak = 1e12 * options.peak if options.peak else peak_flops(options.precision)
    return {
        "weights": weights,
        "rows_per_second": fast,
        "by_hand_rows_per_second": reference,
        "ratio": fast / reference,
        "peak_tflops": peak / 1e12,
        "mfu": 6 * weights * fast / peak,
        "by_hand_mfu": 6 * weights * reference / peak,
    }


def main() -> None:
    """Print the device and one line a number."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=1_024)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--batch", type=int, default=16_384)
    parser.add_argument("--steps", type=int, default=50, help="in an interval, which is one pass over the rows")
    parser.add_argument("--intervals", type=int, default=6)
    parser.add_argument("--precision", default="32-true", choices=["32-true", "bf16-mixed"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--peak", type=float, help="TFLOP/s of the device; measured if not given")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = measure(options)
    if options.json:
        print(json.dumps(told))
        return
    print(torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU")
    for name, value in told.items():
        print(f"{name:>24}  {value:,.4g}")


if __name__ == "__main__":
    main()
