import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable


@pytest.fixture
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={}, replicates=7)


def test_what_was_found_once_is_not_looked_for_again(case):
    asked = []

    def look(given):
        asked.append(given)
        return len(given.test)

    assert case.once(look) == case.once(look) == len(case.rows.test)
    assert asked == [case]


def test_a_reason_is_kept_too_and_told_each_time(case):
    asked = []

    def refuse(given):
        asked.append(given)
        raise NotComputable("there is one row")

    for _ in range(2):
        with pytest.raises(NotComputable, match="there is one row"):
            case.once(refuse)
    assert asked == [case]


def test_the_same_rows_are_drawn_the_same_way(case):
    first, second = (case.bootstrap(case.test) for _ in range(2))
    assert np.array_equal(first.counts_RB, second.counts_RB)
    assert len(first.counts_RB) == 7
