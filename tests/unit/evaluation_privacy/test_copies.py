import numpy as np
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.bounds import excess
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.copies import closer_to_train, copy_shares, near_bar, near_shares
from vaegis.evaluation.privacy.keys import row_keys


def test_every_copy_is_counted_and_fresh_rows_are_none(perfect, leaky, copying):
    for material, share in ((perfect, 0.0), (leaky, 0.05), (copying, 1.0)):
        made, fresh = copy_shares(row_keys(material.made, COLUMNS), material)
        assert (made.value, fresh.value) == (share, 0.0)


def test_in_a_table_of_few_distinct_rows_fresh_rows_are_copies_too(material_of):
    from dataclasses import replace

    def coarse(frame):
        return frame.assign(a=frame["a"].round(), b=frame["b"].round(), c=0.0)

    material = material_of(rows(1_500, 2))
    material = replace(
        material, **{name: coarse(getattr(material, name)) for name in ("made", "train", "holdout")}, found={}
    )
    made, fresh = copy_shares(row_keys(material.made, COLUMNS), material)
    assert made.value > 0.9
    assert excess(made, fresh).low <= 0.0 <= excess(made, fresh).high


def test_one_fresh_row_in_a_hundred_is_a_near_copy_and_so_is_one_generated(perfect, leaky, material_of):
    made, fresh = near_shares(perfect.made_to_train_N, perfect)
    assert fresh.value == pytest.approx(0.01, abs=0.001)
    assert excess(made, fresh).high < 0.025
    assert near_bar(perfect) > 0.0
    blurred = leaky.made.assign(a=leaky.made["a"] + 1e-4)
    noisy = material_of(blurred)
    assert excess(*near_shares(noisy.made_to_train_N, noisy)).low > 0.025


def test_copies_are_no_near_copies(leaky, copying):
    assert excess(*near_shares(leaky.made_to_train_N, leaky)).high < 0.025
    with pytest.raises(NotComputable, match="every generated row that was looked at equals a training row"):
        near_shares(copying.made_to_train_N, copying)


def test_nearer_to_the_training_rows(perfect, copying):
    assert closer_to_train(perfect).low - 0.02 < 0.5 < closer_to_train(perfect).high + 0.02
    assert closer_to_train(copying).value == 1.0


def test_rows_equally_near_to_both_count_half(material_of):
    from dataclasses import replace

    same = rows(200, 3)
    assert closer_to_train(replace(material_of(same), train=same, holdout=same, found={})).value == 0.5
    assert np.isfinite(closer_to_train(material_of(same)).low)
