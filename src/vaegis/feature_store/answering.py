"""What a store's driver says when it cannot go on, as one line without what variables hold."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vaegis.errors import ServiceError, VaegisError
from vaegis.feature_store.published import SETTINGS

_VARIABLE: Final = re.compile(r"\$\{?(\w+)")


@contextmanager
def answering(store: str, repository: Path) -> Iterator[None]:
    """Name the store, and the settings in which it is described, if the block ends with an error of its driver.

    Drivers have no error in common. Theirs stays the cause, for a full disk is told apart by it.

    Raises:
        ServiceError: the block met any error but one of ours.
    """
    try:
        yield
    except VaegisError:
        raise
    except Exception as error:
        settings = repository / SETTINGS
        said = _without_secrets(str(error), settings).partition("\n")[0].rstrip(".")
        what = f"the {store} does not take what is published ({type(error).__name__}: {said})"
        raise ServiceError(what, where=f"{settings}, or start the store; then repeat") from error


def _without_secrets(text: str, settings: Path) -> str:
    """Put the names of variables in the settings in place of what they hold: it is often a password."""
    for name in {*_VARIABLE.findall(settings.read_text(encoding="utf-8"))} - {"PWD"}:
        if held := os.environ.get(name, ""):
            text = text.replace(held, f"${{{name}}}")
    return text
