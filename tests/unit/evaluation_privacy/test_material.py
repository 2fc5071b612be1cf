from dataclasses import replace

import numpy as np
import pytest

from tests.fixtures.known_generators import rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.copies import copy_shares
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.privacy.material import Sizes


def test_fresh_rows_are_halved_unless_there_are_others(material_of):
    attacked, known = material_of(rows(100, 2)).halves
    assert not set(attacked.index) & set(known.index)
    assert len(attacked) + len(known) == 1_500
    others = rows(80, 5)
    whole, compared = material_of(rows(100, 2), others=others).halves
    assert (len(whole), len(compared)) == (1_500, 80)


def test_of_many_rows_a_sample_is_drawn_the_same_each_time(material_of):
    small = Sizes(asked=100, searched=300)
    first, again = (material_of(rows(500, 2), sizes=small) for _ in range(2))
    assert len(first.made_asked) == len(first.fresh_asked) == 100
    assert len(first.searched_MW) == 300
    np.testing.assert_array_equal(first.made_to_train_N, again.made_to_train_N)
    other = material_of(rows(500, 2), sizes=small, seed=1)
    assert not np.array_equal(first.made_to_train_N, other.made_to_train_N)


def test_wide_tables_are_searched_in_fewer_rows(material_of):
    assert material_of(rows(100, 2), sizes=Sizes(cells=2_000)).most_searched == 2_000 // 14


def test_copies_and_rare_levels_are_sought_among_all_training_rows(leaky):
    """Of a sample of the training rows only, a tenth of the copies would be found."""
    whole = leaky.train
    sample = replace(leaky, train=whole.head(150), train_parts=lambda: iter([whole.head(700), whole[700:]]), found={})
    assert np.array_equal(sample.train_keys, leaky.train_keys)
    share = copy_shares(row_keys(sample.made, sample.columns), sample)[0].value
    assert share == copy_shares(row_keys(leaky.made, leaky.columns), leaky)[0].value == 0.05


def test_a_question_is_asked_once(perfect):
    asked = []
    perfect.once(asked.append)
    perfect.once(asked.append)
    assert len(asked) <= 2


@pytest.mark.parametrize(("which", "told"), [("made", "generated"), ("train", "training"), ("holdout", "holdout")])
def test_too_few_rows_have_a_reason(material_of, which, told):
    from dataclasses import replace

    with pytest.raises(NotComputable, match=f"there are 49 {told} rows, and it takes 50"):
        replace(material_of(rows(100, 2)), **{which: rows(49, 0)})
