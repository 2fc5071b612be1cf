from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.distance import RowSpace, nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.material import Material, Sizes
from vaegis.evaluation.privacy.membership import by_distance, judge_attack
from vaegis.evaluation.privacy.rare import outlier_attack, rare_levels


def test_a_generator_that_copies_outliers_only_is_seen_among_them():
    train, holdout = rows(4_000, 0), rows(4_000, 1)
    points = RowSpace.fit(train, COLUMNS).points(train)
    far = train.iloc[np.argsort(nearest(points, points, 2)[:, 1])[-200:]]
    made = pd.concat([rows(3_800, 2), far], ignore_index=True)
    material = Material(made=made, train=train, holdout=holdout, columns=COLUMNS, others=rows(500, 3))
    everybody, outliers = judge_attack(*by_distance(material)), outlier_attack(material)
    assert everybody.auc.value < 0.6
    assert outliers.auc.low > 0.9
    assert outliers.tpr.value > 0.9


def test_fresh_rows_as_far_out_are_needed(material_of):
    with pytest.raises(NotComputable, match="fresh rows do not tell"):
        outlier_attack(material_of(rows(200, 2), sizes=Sizes(asked=300)))


def test_rare_levels_are_counted_where_they_show(material_of):
    material = material_of(rows(1_000, 2))
    with pytest.raises(NotComputable, match="no level has fewer than 10"):
        rare_levels(material)
    train = material.train.copy()
    train.loc[train.index[:5], "side"] = "odd"
    train.loc[train.index[5:7], "group"] = "odder"
    made = material.made.assign(side=np.where(np.arange(1_000) < 100, "odd", material.made["side"]))
    found, table = rare_levels(replace(material, train=train, made=made, found={}))
    assert (found.value, found.low > 0.05) == (0.1, True)
    assert table.set_index("column")["rows"].to_dict() == {"group": 0, "side": 100}
    assert table["shown"].tolist() == [0, 1]
    sample = replace(
        material, train=train.tail(500), made=made, train_parts=lambda: iter([train[:9], train[9:]]), found={}
    )
    assert rare_levels(sample)[1].equals(table)  # a level is rare among all training rows, not in a sample
