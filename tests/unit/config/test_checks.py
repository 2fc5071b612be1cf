import math

import pytest

from vaegis.config.checks import one_of, within
from vaegis.errors import ConfigError


@pytest.mark.parametrize("value", [0, 0.5, 1])
def test_inside_and_on_the_edge(value):
    within("a.b", value, 0, 1)


@pytest.mark.parametrize(
    ("value", "low", "high", "above", "message"),
    [
        (-0.1, 0, math.inf, False, "a.b is -0.1; allowed: at least 0; change: params.yaml: a.b"),
        (0, 0, math.inf, True, "a.b is 0; allowed: above 0;"),
        (2, 0, 1, False, "a.b is 2; allowed: at least 0, at most 1;"),
        (math.nan, 0, math.inf, False, "a.b is nan"),
        (math.nan, 0, 1, True, "a.b is nan"),
    ],
)
def test_outside_says_the_value_and_the_range(value, low, high, above, message):
    with pytest.raises(ConfigError, match=message):
        within("a.b", value, low, high, above=above)


def test_word_is_one_of_the_allowed():
    one_of("a.b", "x", ("x", "y"))
    with pytest.raises(ConfigError, match=r"a\.b is 'z'; allowed: x, y; change: params\.yaml: a\.b"):
        one_of("a.b", "z", ("y", "x"))
