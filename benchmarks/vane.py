"""Where each turbine makes most power along the vane angle: the model's rows, real rows, and OpenOA's result.

`python -m benchmarks.vane sweep.json` reads what the sweep of docs/scenarios.md wrote, prints a table and draws
docs/images/vane.png.
"""

import json
import sys
from pathlib import Path
from typing import Final

import pandas as pd

from vaegis.evaluation.style import ALARM, MADE, REAL, picture
from vaegis.fitted.measures import BAND
from vaegis.simulation.optimum import Optimum, averaged, optima

OPENOA: Final = {"R80711": 1.22, "R80721": 3.19, "R80736": 1.25, "R80790": 2.87}
"""Static yaw misalignment in degrees without uncertainty: OpenOA's documentation, example 07, same farm and years."""
WINDS: Final = (5, 6, 7, 8)
WIDTH: Final = 1.0
"""Real rows within so many degrees of a point of the sweep, and a quarter metre a second of a wind, are its rows."""


def model_curve(sweep: dict[str, list[dict[str, float]]]) -> pd.DataFrame:
    """Return the model's mean power at each point."""
    bands = pd.DataFrame(sweep["bands"])
    means = bands.loc[bands["column"] == "power_kw", ["step", "mean", "low", "high"]]
    return pd.DataFrame(sweep["steps"]).merge(means, on="step")


def real_curve(rows: pd.DataFrame, points: list[float]) -> pd.DataFrame:
    """Return the mean power of real rows around each point, stopped turbines left out."""
    running = rows[rows["power_kw"] > 0.0]
    found = []
    for turbine, part in running.groupby("turbine"):
        for wind in WINDS:
            near = part[(part["wind_speed_ms"] - wind).abs() < 0.25]
            for point in points:
                power = near.loc[(near["vane_deg"] - point).abs() < WIDTH, "power_kw"]
                half = BAND * power.std() / max(1, len(power)) ** 0.5
                found.append((turbine, wind, point, power.mean(), power.mean() - half, power.mean() + half))
    return pd.DataFrame(found, columns=["turbine", "wind_speed_ms", "vane_deg", "mean", "low", "high"]).dropna()


def told(item: Optimum) -> str:
    """Return an optimum with its interval."""
    return item.reason if item.at is None else f"{item.at:.2f} [{item.low:.2f}, {item.high:.2f}]"


def draw(path: Path, curves: dict[str, pd.DataFrame], best: dict[str, list[Optimum]]) -> None:
    """Draw power by vane angle for each turbine, as a share of its largest mean, with each optimum."""
    title = "Power by vane angle: the model misses what tells the turbines apart"
    note = "mean over 5, 6, 7 and 8 m/s, as a share of the largest; shaded: interval of the best angle; red: OpenOA"
    with picture(path, title, note, columns=4, width=15.0, height=4.6) as (_, axes):
        for place, (axis, turbine) in enumerate(zip(axes, OPENOA, strict=True)):
            for name, colour in (("real rows", REAL), ("generated rows", MADE)):
                curve = curves[name]
                part = averaged(curve[curve["turbine"] == turbine], "vane_deg")
                axis.plot(part["at"], part["mean"] / part["mean"].max(), "o-", color=colour, label=name, markersize=4)
                item = best[name][place]
                if item.low is not None and item.high is not None:
                    axis.axvspan(item.low, item.high, color=colour, alpha=0.18)
            axis.axvline(OPENOA[turbine], color=ALARM, linestyle="--", label="OpenOA")
            axis.set(title=turbine, xlabel="vane angle (deg)")
        axes[0].set_ylabel("power, share of largest")
        axes[0].legend(loc="lower center")


def main(sweep: Path) -> None:
    """Print the table and draw the figure."""
    made = model_curve(json.loads(sweep.read_text(encoding="utf-8")))
    rows = pd.read_parquet("data/validated/clean.parquet")
    curves = {"generated rows": made, "real rows": real_curve(rows, sorted(made["vane_deg"].unique()))}
    best = {name: optima(curve, "vane_deg", "turbine") for name, curve in curves.items()}
    lines = [
        f"{turbine}  OpenOA {OPENOA[turbine]:.2f}  real rows {told(real)}  generated rows {told(model)}"
        for turbine, real, model in zip(OPENOA, best["real rows"], best["generated rows"], strict=True)
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    draw(Path("docs/images/vane.png"), curves, best)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
