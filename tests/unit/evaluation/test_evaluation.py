"""What the room offers by name."""

import pytest

import vaegis.evaluation
from vaegis.evaluation.comparison.compare import compare


def test_compare_is_found_and_nothing_else_is():
    assert vaegis.evaluation.compare is compare
    with pytest.raises(AttributeError, match="has no attribute 'compared'"):
        vaegis.evaluation.compared  # noqa: B018
