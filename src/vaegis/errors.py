"""One error family: every message says what is wrong, what is allowed, and where to change it."""


class VaegisError(Exception):
    """Report a mistake a user can mend, as one line.

    `exit_code` is what a stage or command ends with when the error reaches the top.
    """

    exit_code = 1

    def __init__(self, what: str, *, allowed: str = "", where: str = "") -> None:
        parts = [what]
        if allowed:
            parts.append(f"allowed: {allowed}")
        if where:
            parts.append(f"change: {where}")
        super().__init__("; ".join(" ".join(part.split()) for part in parts))


class ConfigError(VaegisError):
    """A parameter, policy or command-line value is unknown, mistyped or out of range."""

    exit_code = 2


class DataError(VaegisError):
    """A table, column or row is not what the contract says."""

    exit_code = 3


class ArtifactError(VaegisError):
    """A file, bundle or download is missing, altered or of an unknown format."""

    exit_code = 4


class ServiceError(VaegisError):
    """A store, tracking server or disk does not answer or is full."""

    exit_code = 5


class TrainingError(VaegisError):
    """Training cannot go on (a non-finite loss, too few rows)."""

    exit_code = 6


class RefusedError(VaegisError):
    """Data or a model was judged and not admitted: a result, with its reasons."""

    exit_code = 7
