"""Import Feast without the parts of its start-up that a batch job pays for and never uses."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

_FEAST_METRICS: Final = "PROMETHEUS_MULTIPROCESS_DIR"
_CLIENT_METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
_BROAD: Final = (Warning, DeprecationWarning, RuntimeWarning)


def import_feast() -> None:
    """Import Feast lean, unless it is there already."""
    if "feast" not in sys.modules:
        with _without_torch(), _without_instrumentation(), _without_metrics_folder(), _without_filters():
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


@contextmanager
def _without_metrics_folder() -> Iterator[None]:
    """Let Feast's server metrics live in memory, as everybody else's in this process.

    At import Feast makes a temporary folder and names it in the environment, for this process and its children: from
    then on every Prometheus metric of the process is kept there, and two of one name add up. A folder that the user
    named counts.
    """
    if _FEAST_METRICS in os.environ:
        yield
        return
    added = [name for name in (_FEAST_METRICS, _CLIENT_METRICS) if name not in os.environ]
    import prometheus_client  # noqa: F401, PLC0415 - it chooses where numbers are kept when it is first imported

    os.environ[_FEAST_METRICS] = os.environ.get(_CLIENT_METRICS) or os.environ.get(_CLIENT_METRICS.lower(), "")
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def _without_filters() -> Iterator[None]:
    """Leave what Python shows of warnings as it is.

    Feast's modules show every deprecation once, whoever's it is: what MLflow asks of SQLAlchemy would come out at a
    user's terminal. Filters of the packages that it imports are narrow, and stay.
    """
    original = warnings.simplefilter

    def narrow(action: Any, category: type[Warning] = Warning, *rest: Any, **named: Any) -> None:
        if category not in _BROAD:
            original(action, category, *rest, **named)

    warnings.simplefilter = cast(Any, narrow)
    try:
        yield
    finally:
        warnings.simplefilter = original


def _as_is(target: Any = None, **_options: Any) -> Any:
    """Stand in for `typeguard.typechecked`, bare or with options."""
    if target is not None:
        return target
    decorate: Callable[[Any], Any] = _as_is
    return decorate
