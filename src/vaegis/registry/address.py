"""Where MLflow is, whether it answers, which model is meant: decided without importing mlflow, which takes seconds."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import Request, urlopen

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.errors import ConfigError, ServiceError

VARIABLE: Final = "MLFLOW_TRACKING_URI"
ANSWER_SECONDS: Final = 3.0
_SQLITE: Final = "sqlite:///"
_WEB: Final = ("http", "https")
_PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}


def project_root() -> Path:
    """Return the project's root; queued and `--temp` experiments run in a copy below it, in `.dvc/tmp/exps/`."""
    here = Path.cwd()
    for parent in here.parents:
        if parent.parts[-3:] == (".dvc", "tmp", "exps"):
            return parent.parents[2]
    return here


def tracking_uri() -> str:
    """Return MLFLOW_TRACKING_URI, else the database in the project's own `mlruns/`."""
    given = os.environ.get(VARIABLE, "").strip()
    # A workspace links its mlruns/ to the project's: artifacts must be addressed where they really are.
    uri = given or f"{_SQLITE}{(project_root() / paths.MLRUNS).resolve() / 'mlflow.db'}"
    if "://" not in uri or uri.startswith("file:"):
        allowed = "sqlite:///..., http(s)://..., postgresql://... (MLflow no longer writes plain folders)"
        raise ConfigError(f"{VARIABLE} is {uri!r}", allowed=allowed, where=f"the environment: {VARIABLE}")
    return uri


def chosen_address(address: str) -> str:
    """Return a model's address, or that of the champion of params.yaml's model where it is empty."""
    if address:
        return address
    config = load_section("register", RegisterConfig)
    return f"models:/{config.model}@champion"


def database_file(uri: str) -> Path | None:
    """Return the file behind an SQLite URI, None for a server."""
    return Path(uri.removeprefix(_SQLITE)).absolute() if uri.startswith(_SQLITE) else None


def without_credentials(uri: str) -> str:
    """Return `uri` without user, password, query and fragment: fit for logs, tags and receipts."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{_host(parts)}{parts.path}"


def preflight(uri: str | None = None) -> None:
    """Make sure that MLflow can be written to, within seconds.

    Raises:
        ServiceError: the server does not answer, or the database's folder cannot be written.
    """
    address = uri or tracking_uri()
    file = database_file(address)
    parts = urlsplit(address)
    if file is not None:
        _check_folder(file)
    elif parts.scheme in _WEB:
        _check_health(parts)
    else:
        _check_port(parts)


@contextmanager
def exclusive(uri: str, what: str = "change") -> Iterator[None]:
    """Hold the lock beside a local database that is named `what`: one process at a time changes it.

    A server has no such lock; there, promotion re-reads the aliases just before it writes. Not reentrant.
    """
    file = database_file(uri)
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with (file.parent / f".{file.name}.{what}.lock").open("w") as handle:
        flock(handle, LOCK_EX)
        yield


def _check_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=file.parent):  # without a name: others may be looking, too
            pass
    except OSError as error:
        what = f"MLflow's folder {file.parent} cannot be written ({error.strerror})"
        raise ServiceError(what, where=f"its permissions, or {VARIABLE}") from None
    if file.exists() and not os.access(file, os.W_OK):
        raise ServiceError(f"MLflow's database {file} is read-only", where=f"its permissions, or {VARIABLE}")


def _check_health(parts: SplitResult) -> None:
    url = f"{parts.scheme}://{_host(parts)}{parts.path.rstrip('/')}/health"
    try:
        with urlopen(Request(url), timeout=ANSWER_SECONDS):  # noqa: S310 - the scheme is http or https
            return
    except HTTPError as error:
        # A server that asks for a login is there; one that fails is not.
        if error.code < 500:
            return
        reason = f"HTTP {error.code}"
    except URLError as error:
        reason = str(getattr(error.reason, "strerror", "") or error.reason)
    except (OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
    raise _unreachable(parts, reason)


def _check_port(parts: SplitResult) -> None:
    port = parts.port or _PORTS.get(parts.scheme.partition("+")[0])
    if not parts.hostname or port is None:
        return
    try:
        with socket.create_connection((parts.hostname, port), timeout=ANSWER_SECONDS):
            return
    except OSError as error:
        raise _unreachable(parts, error.strerror or str(error)) from None


def _unreachable(parts: SplitResult, reason: str) -> ServiceError:
    shown = f"{parts.scheme}://{_host(parts)}{parts.path}"
    where = f"start the server, correct {VARIABLE}, or unset it to use the project's own mlruns/"
    return ServiceError(f"MLflow at {shown} does not answer ({reason})", where=where)


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]
