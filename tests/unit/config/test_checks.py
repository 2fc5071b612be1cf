import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from vaegis.config.checks import MAX_SEED, as_seed, one_of, positive, rate, typed, whole, within
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


@dataclass(frozen=True)
class Demo:
    whole: int = 1
    number: float = 1.0
    word: str = ""
    is_on: bool = False
    widths: list[int] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


@pytest.mark.parametrize(
    "change",
    [{"whole": np.int64(3)}, {"number": 2}, {"number": np.float32(2)}, {"widths": (1, 2)}, {"names": {"a": "b"}}],
)
def test_values_of_the_type_pass(change):
    typed("a", replace(Demo(), **change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"whole": "2"}, "a.whole is '2'; allowed: a whole number; change: params.yaml: a.whole"),
        ({"whole": 1.5}, "a.whole is 1.5; allowed: a whole number"),
        ({"whole": True}, "a.whole is True; allowed: a whole number"),
        ({"number": None}, "a.number is None; allowed: a number"),
        ({"number": False}, "a.number is False; allowed: a number"),
        ({"word": 3}, "a.word is 3; allowed: text"),
        ({"is_on": 1}, "a.is_on is 1; allowed: true or false"),
        ({"widths": 8}, r"a.widths is 8; allowed: list\[int\]"),
        ({"widths": [8.5]}, r"a.widths is \[8.5\]; allowed: list\[int\]"),
        ({"names": {"a": 1}}, r"a.names is {'a': 1}; allowed: dict\[str, str\]"),
        ({"names": "ab"}, "a.names is 'ab'"),
    ],
)
def test_values_of_another_type_are_named(change, message):
    with pytest.raises(ConfigError, match=message):
        typed("a", replace(Demo(), **change))


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", True, None, math.nan])
def test_a_number_of_things_is_whole_and_positive(value):
    positive("top", np.int64(1))
    with pytest.raises(ConfigError, match=f"top is {value!r}; allowed: a whole number, at least 1; change: the call"):
        positive("top", value)


@pytest.mark.parametrize("value", [0, 1, -0.1, 2, math.nan, None, "0.1"])
def test_a_rate_is_between_nothing_and_all(value):
    rate("rate", 0.5)
    with pytest.raises(
        ConfigError, match=f"rate is {value!r}; allowed: a number above 0 and below 1; change: the call"
    ):
        rate("rate", value)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_a_whole_number_of_any_type_is_a_plain_one(value):
    assert type(as_seed(value)) is int
    assert as_seed(value) == 3
    assert as_seed(MAX_SEED) == MAX_SEED


@pytest.mark.parametrize("value", [-1, None, 1.5, "a", 2**63, True, np.float64(1.0), np.random.default_rng(0)])
def test_what_is_no_seed_is_one_line(value):
    with pytest.raises(ConfigError, match=f"seed is .*; allowed: a whole number, at least 0, at most {MAX_SEED};"):
        as_seed(value)


def test_a_number_of_rows_is_whole():
    assert whole("sample of 2 rows", np.int32(2), 1, where="here") == 2
    with pytest.raises(ConfigError, match=r"sample of 2\.5 rows; allowed: a whole number, at least 1; change: here"):
        whole("sample of 2.5 rows", 2.5, 1, where="here")
