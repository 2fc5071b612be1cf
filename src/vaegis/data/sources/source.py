"""What a demo source is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vaegis.data.artifact import Artifact


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Name a data set, whose it is, where its bytes come from and how they become tables."""

    name: str
    artifact: Artifact
    licence: str
    attribution: str
    revision: int
    """Raise it when `read` gives other tables: stores written by an older revision are then written anew."""
    read: Callable[[Path], dict[str, pa.Table]]
    """From the verified artifact to tables by name, each with event_timestamp and created_timestamp in UTC."""
