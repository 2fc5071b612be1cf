"""Demo sources: real data out of pinned artifacts, written as the Parquet store that Feast reads."""

from typing import Final

from vaegis.data.sources.la_haute_borne import LA_HAUTE_BORNE
from vaegis.data.sources.nyc_flights import NYC_FLIGHTS
from vaegis.data.sources.source import Source

SOURCES: Final[dict[str, Source]] = {"la_haute_borne": LA_HAUTE_BORNE, "nyc_flights": NYC_FLIGHTS}

__all__ = ["SOURCES", "Source"]
