"""What is asked of a batch: which features, which distance, how large a change matters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vaegis.monitoring import distances
from vaegis.monitoring.distances import Distance
from vaegis.monitoring.features import FOLDS, MISSING, SCORE, WAVES, Features
from vaegis.monitoring.panels import Panel

INPUTS: Final = "inputs"
RECONSTRUCTION: Final = "reconstruction"
LATENTS: Final = "latents"
TOPICS: Final = (INPUTS, RECONSTRUCTION, LATENTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One test."""

    name: str
    """Of a column, its own."""
    topic: str
    distance: Distance
    groups: tuple[str, ...]
    """Groups of features it reads."""
    floor: str
    """The key of section `monitor` that says how large a change matters."""
    reading: str


WHOLE_TABLE: Final = (
    Check(
        name="missing",
        topic=INPUTS,
        distance=distances.missing,
        groups=(MISSING,),
        floor="min_missing",
        reading="largest change in a column's share of missing cells, 0 to 1",
    ),
    Check(
        name="score/rank",
        topic=RECONSTRUCTION,
        distance=distances.rise_of_scores,
        groups=(SCORE,),
        floor="min_effect",
        reading="how much oftener a row scores higher than usual than lower, -1 to 1",
    ),
    Check(
        name="score/tail",
        topic=RECONSTRUCTION,
        distance=distances.tail_of_scores,
        groups=(SCORE,),
        floor="min_missing",
        reading="more rows than usual with a conformal p-value of at most 0.01, share",
    ),
    Check(
        name="latents/mmd",
        topic=LATENTS,
        distance=distances.mean_discrepancy,
        groups=(WAVES,),
        floor="min_effect",
        reading="maximum mean discrepancy of the posterior means, 0 to 1.4",
    ),
    Check(
        name="latents/classifier",
        topic=LATENTS,
        distance=distances.told_apart,
        groups=FOLDS,
        floor="min_effect",
        reading="how far a classifier puts these posterior means from the reference's, deviations; 1 is AUROC 0.76",
    ),
)


def checks(features: Features) -> Iterator[Check]:
    """Yield every check: one a column, and those of the whole table."""
    yield from map(of_column, features.panels)
    yield from WHOLE_TABLE


def of_column(panel: Panel) -> Check:
    """Return the check of a column's values."""
    what = "total variation of its levels" if panel.is_discrete else "Kolmogorov-Smirnov distance"
    return Check(
        name=panel.name,
        topic=INPUTS,
        distance=distances.shift_of_levels if panel.is_discrete else distances.shift_of_numbers,
        groups=(f"column:{panel.name}",),
        floor="min_effect",
        reading=f"{what}, 0 to 1",
    )
