"""Import Feast without the parts of its start-up that a batch job pays for and never uses."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def import_feast() -> None:
    """Import Feast lean, unless it is there already."""
    if "feast" not in sys.modules:
        with _without_torch(), _without_instrumentation():
            import feast  # noqa: F401, PLC0415 - seconds, and only here


@contextmanager
def _without_torch() -> Iterator[None]:
    """Let Feast find no torch: it looks for one at import, for `to_tensor` alone (about 2 s)."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


@contextmanager
def _without_instrumentation() -> Iterator[None]:
    """Let typeguard pass classes through: recompiling Feast's definitions takes about 4 s."""
    import typeguard  # noqa: PLC0415 - a dependency of Feast

    original = typeguard.typechecked
    typeguard.typechecked = _as_is
    try:
        yield
    finally:
        typeguard.typechecked = original


def _as_is(target: Any = None, **_options: Any) -> Any:
    """Stand in for `typeguard.typechecked`, bare or with options."""
    if target is not None:
        return target
    decorate: Callable[[Any], Any] = _as_is
    return decorate
