"""What a page asks, as the address of that page and as the command that asks for the same."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vaegis.errors import ConfigError
from vaegis.simulation.scenario import Scenario

KINDS: Final = {
    "population": "Population",
    "sweep": "Sweep",
    "row": "Real row",
    "walk": "Latent walk",
    "stress": "Stress set",
}
ROWS: Final = {"population": 500, "sweep": 200, "row": 500, "walk": Scenario().rows, "stress": 50}
"""Rows of each step; a walk has as many as it has points, whatever is asked."""
_WHERE: Final = "the address of the page"
_PAIRS: Final = ("hold", "shift", "sweep")
_LISTS: Final = ("free", "walk")
_NUMBERS: Final = {"rows": int, "seed": int, "stress": float}


def read_query(query: Mapping[str, Sequence[str]]) -> tuple[str, Scenario]:
    """Return the kind and the scenario that an address asks for; every value is text, as on the command line.

    Raises:
        ConfigError: it holds what no scenario knows.
    """
    kind = "".join(query.get("kind", ("population",)))
    if kind not in KINDS:
        raise ConfigError(f"kind is {kind!r}", allowed=", ".join(KINDS), where=_WHERE)
    asked: dict[str, Any] = {"rows": ROWS[kind]}
    for name, words in query.items():
        if name in _PAIRS:
            asked[name] = dict(_pair(name, word) for word in words)
        elif name in _LISTS:
            asked[name] = list(words)
        elif name in _NUMBERS:
            asked[name] = _number(name, words[-1])
        elif name != "kind":
            asked[name] = words[-1]
    return kind, Scenario.of(asked, _WHERE)


def write_query(kind: str, scenario: Scenario) -> dict[str, list[str]]:
    """Return what `read_query` reads, without what goes without saying."""
    query = {"kind": [kind], **{name: _paired(getattr(scenario, name)) for name in _PAIRS}}
    query |= {name: list(getattr(scenario, name)) for name in _LISTS}
    query["row"] = [scenario.row] if scenario.row else []
    query["stress"] = [str(scenario.stress)] if scenario.stress else []
    query["rows"] = [str(scenario.rows)] if scenario.rows != ROWS[kind] else []
    query["seed"] = [str(scenario.seed)] if scenario.seed else []
    return {name: words for name, words in query.items() if words}


def command(scenario: Scenario, more: Sequence[str] = ()) -> str:
    """Return what gives the same rows on the command line; `more`: the options that say of which model."""
    words = ["vaegis", "simulate"]
    for name in _PAIRS:
        words += [word for pair in _paired(getattr(scenario, name)) for word in (f"--{name}", pair)]
    words += ["--row", scenario.row] if scenario.row else []
    for name in _LISTS:
        words += [word for item in getattr(scenario, name) for word in (f"--{name}", item)]
    words += ["--stress", str(scenario.stress)] if scenario.stress else []
    words += ["--rows", str(scenario.rows)] if scenario.rows != Scenario().rows else []
    return shlex.join([*words, "--seed", str(scenario.seed), *more])


def _paired(values: Mapping[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in values.items()]


def _pair(option: str, word: str) -> tuple[str, Any]:
    name, _, value = word.partition("=")
    if not (name and value):
        raise ConfigError(f"{option} is {word!r}", allowed="COLUMN=VALUE", where=_WHERE)
    return name, _number(option, value) if option == "shift" else value


def _number(name: str, text: str) -> Any:
    try:
        return _NUMBERS.get(name, float)(text)
    except ValueError:
        raise ConfigError(f"{name} is {text!r}", allowed="a number", where=_WHERE) from None
