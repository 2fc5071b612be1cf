"""Checks of types and ranges that name the key in params.yaml."""

import math
from collections.abc import Collection, Mapping
from dataclasses import fields
from numbers import Integral, Real
from typing import Any, Final, get_args, get_origin

from vaegis.errors import ConfigError

MAX_SEED: Final = 2**63 - 1
"""The largest that numpy, torch and JSON all take."""
_WORDS: Final = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def typed(section: str, config: Any) -> None:
    """Refuse values of another type than their field's: from Python, nobody has looked at them before."""
    for field in fields(config):
        value, key = getattr(config, field.name), f"{section}.{field.name}"
        if not _is_of(value, field.type):
            raise ConfigError(f"{key} is {value!r}", allowed=_word(field.type), where=f"params.yaml: {key}")


def _is_of(value: Any, kind: Any) -> bool:
    """Whether a value is of an annotated type; a whole number is a number too, a truth value is neither."""
    if get_origin(kind) is dict:
        return isinstance(value, Mapping) and all(
            _is_of(part, of) for pair in value.items() for part, of in zip(pair, get_args(kind), strict=True)
        )
    if get_origin(kind) is list:
        return isinstance(value, list | tuple) and all(_is_of(part, get_args(kind)[0]) for part in value)
    if kind in (int, float):
        return isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool)
    return isinstance(value, kind)


def _word(kind: Any) -> str:
    return _WORDS.get(kind) or str(kind)


def within(key: str, value: float, low: float, high: float = math.inf, *, above: bool = False) -> None:
    """Refuse a number outside [low, high], or outside (low, high] if `above`."""
    inside = (low < value if above else low <= value) and value <= high
    if not inside:
        bound = f"{'above' if above else 'at least'} {low:g}" + (f", at most {high:g}" if math.isfinite(high) else "")
        raise ConfigError(f"{key} is {value}", allowed=bound, where=f"params.yaml: {key}")


def one_of(key: str, value: str, allowed: Collection[str]) -> None:
    """Refuse a word that is not among `allowed`."""
    if value not in allowed:
        raise ConfigError(f"{key} is {value!r}", allowed=", ".join(sorted(allowed)), where=f"params.yaml: {key}")


def rate(argument: str, value: Any) -> None:
    """Refuse an argument of a call that is no share between 0 and 1."""
    if not _is_of(value, float) or not 0.0 < value < 1.0:
        raise ConfigError(f"{argument} is {value!r}", allowed="a number above 0 and below 1", where="the call")


def whole(what: str, value: Any, low: int, high: float = math.inf, *, where: str) -> int:
    """Return a whole number of whatever type, numpy's too, as a plain one; refuse any other and truth values.

    Raises:
        ConfigError: `what` is said, and the range.
    """
    if not _is_of(value, int) or not low <= value <= high:
        allowed = f"a whole number, at least {low}" + (f", at most {high}" if math.isfinite(high) else "")
        raise ConfigError(what, allowed=allowed, where=where)
    return int(value)


def positive(argument: str, value: Any) -> None:
    """Refuse an argument of a call that is no whole number from 1 on."""
    whole(f"{argument} is {value!r}", value, 1, where="the call")


def as_seed(value: Any, key: str = "seed", where: str = "the argument `seed`") -> int:
    """Return a seed as a plain whole number, or say what one is."""
    return whole(f"{key} is {value!r}", value, 0, MAX_SEED, where=where)


def keep_seed(section: str, config: Any) -> None:
    """Make the seed of a frozen section a plain whole number: numpy's would not be JSON."""
    key = f"{section}.seed"
    object.__setattr__(config, "seed", as_seed(config.seed, key, f"params.yaml: {key}"))
