"""Those whom an average hides: rows far from all others, and levels that few rows have."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vaegis.data.transform import as_text
from vaegis.evaluation.bounds import Bounded, excess, share
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.membership import Attack, by_distance, judge_attack, targets

OUTLYING = 0.05
"""Share of the training rows that count as outliers: those farthest from their nearest other training row."""
FEW_ROWS = 10
"""Training rows below which a level is rare."""


def outlier_attack(material: Material) -> Attack:
    """Return the distance attack on outlying members, beside fresh rows that lie as far out.

    Raises:
        NotComputable: too few fresh rows lie as far out.
    """
    member_N, fresh_N = material.once(by_distance)
    members, fresh = targets(material)
    apart_N = nearest(material.space.points(members), material.searched_MW, 2)[:, -1]
    others_N = nearest(material.space.points(fresh), material.searched_MW)[:, 0]
    bar = np.quantile(apart_N, 1.0 - OUTLYING)
    return judge_attack(member_N[apart_N >= bar], fresh_N[others_N >= bar])


def rare_levels(material: Material) -> tuple[Bounded, pd.DataFrame]:
    """Return by how much more generated than fresh rows bear a rare level, and one row a column with such levels.

    Raises:
        NotComputable: no level is rare.
    """
    made_N, fresh_N = (np.zeros(len(rows), dtype=bool) for rows in (material.made, material.holdout))
    records = []
    discrete = [column for column in material.columns if column.is_discrete]
    counts = _count_levels(material, [column.name for column in discrete])
    for column in discrete:
        seen = counts[column.name]
        rare = seen.index[seen < FEW_ROWS]
        if not len(rare):
            continue
        bears = [as_text(rows[column.name]).isin(rare).to_numpy() for rows in (material.made, material.holdout)]
        made_N, fresh_N = made_N | bears[0], fresh_N | bears[1]
        shown = as_text(material.made[column.name])[bears[0]].nunique()
        records.append({"column": column.name, "rare_levels": len(rare), "shown": shown, "rows": int(bears[0].sum())})
    if not records:
        raise NotComputable(f"no level has fewer than {FEW_ROWS} training rows")
    both = (share(int(bears.sum()), len(bears)) for bears in (made_N, fresh_N))
    return excess(*both), pd.DataFrame(records)


def _count_levels(material: Material, names: Sequence[str]) -> dict[str, pd.Series]:
    """Return how many training rows have each level, by column, in one pass."""
    parts = [{name: as_text(part[name].dropna()).value_counts() for name in names} for part in material.all_train()]
    return {name: pd.concat([part[name] for part in parts]).groupby(level=0).sum() for name in names}
