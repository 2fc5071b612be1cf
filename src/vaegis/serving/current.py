"""The version that answers now, and how the next one takes its place without a request lost."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from vaegis.errors import RefusedError, ServiceError, VaegisError
from vaegis.serving.scorer import Scorer

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Verified files of a version."""

    model: str
    version: str
    files: Mapping[str, bytes]


Source = Callable[[], Found]
"""Asks where the model comes from; raises what a load raises."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A version with its session: whoever holds it goes on with it, whatever comes after."""

    model: str
    version: str
    scorer: Scorer


class Current:
    """Holds the served version. Reading it is one attribute: a request takes it once and names it in its answer."""

    def __init__(self, source: Source, threads: int = 1) -> None:
        self._source, self._threads = source, threads
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._refusal = "not loaded yet"

    @property
    def refusal(self) -> str:
        """Why nothing is served; empty where something is."""
        return "" if self._served else self._refusal

    def take(self) -> Served:
        """Return what is served.

        Raises:
            ServiceError: nothing is.
        """
        served = self._served
        if served is None:
            raise ServiceError(f"no model is served: {self._refusal}")
        return served

    def load(self) -> None:
        """Put in place what the source has now.

        Raises:
            VaegisError: what the source, or a load of its files, raises.
        """
        with self._lock:
            self._put(self._source())

    def refresh(self) -> str:
        """Ask the source, verify, and put a new version in place once its session stands.

        Returns:
            What happened: `same`, `swapped`, `kept` (the source failed, the last good version goes on) or `refused` (it
            was revoked: nothing is served).
        """
        with self._lock:
            try:
                found = self._source()
                return self._put(found)
            except RefusedError as error:
                _LOG.error("%s", error)
                self._served, self._refusal = None, str(error)
                return "refused"
            except VaegisError as error:
                return self._keep(str(error))
            except Exception as error:  # noqa: BLE001 - the next look must come, whatever a library threw at this one
                return self._keep(f"{type(error).__name__}: {error}")

    def _keep(self, why: str) -> str:
        _LOG.warning("%s", why)
        self._refusal = why
        return "kept"

    def _put(self, found: Found) -> str:
        old = self._served
        if old and (old.model, old.version) == (found.model, found.version):
            return "same"
        origin = f"{found.model} version {found.version}"
        scorer = Scorer.of(found.files, origin, self._threads)
        self._served = Served(model=found.model, version=found.version, scorer=scorer)
        _LOG.info("serving %s, content digest %s", origin, scorer.content_digest[:12])
        return "swapped"
