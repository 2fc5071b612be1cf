"""What the name of a column says about it."""

import re
from collections.abc import Collection
from typing import Final

_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[%°€$£]")


def words(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


IDENTIFIER: Final = words(
    "id ids identifier uuid guid pid uid key pk idx index serial sn ssn vin isbn iban hash token row rownames"
)
THINGS: Final = words(
    "user customer client order item product store device session account person patient subject student member case"
    " transaction event record unit machine sensor station site node asset batch lot ticket invoice employee"
)
"""What is often numbered: `userid`."""
CODE: Final = words("code zip zipcode postcode postal plz phone tel fax mobile msisdn account acct")
NUMBERED: Final = words("no nr num number")
"""Numbers of things (`order_no`), unless they count them (`number_of_rooms`)."""
PROSE: Final = words(
    "text comment comments description desc note notes review message summary abstract remark remarks body"
)
COUNT: Final = words(
    "population passengers people persons users count counts cnt qty quantity visits clicks items orders children"
    " siblings times views votes n total num"
)
SINGULAR: Final = words("news series species diabetes means lens sales always yes cross times")
CALENDAR: Final = words("month weekday dow dayofweek quarter hour season day week mon")
YEAR: Final = words("year yr yyyy")
ANGLE: Final = words("deg degree degrees direction dir bearing azimuth heading angle orientation aspect course phase")
COORDINATE: Final = words("lat latitude lon lng long longitude")
LEVEL: Final = words(
    "class type category cat group cluster grade rank rating level stage status state zone region segment code quality"
    " flag mode sex gender race ethnicity education marital origin condition dummy"
)
AMOUNT: Final = words(
    "price cost amount amt fee fare salary wage income revenue sales profit balance tax paid payment value spend usd"
    " eur gbp money budget debt credit charge charges weight height length width depth area size distance dist duration"
    " elapsed delay time seconds sec minutes min hours days age temp temperature pressure humidity elevation altitude"
    " speed velocity power energy load voltage current frequency volume score rate ratio pct perc percent percentage"
    " share mean avg average std median max minimum maximum hp horsepower mpg displacement mileage km miles latitude"
    " longitude weeks months capacity experience exper tenure seniority step period cycle lag t"
)
GRADED: Final = words("rate score value")
"""Amounts that are often given as grades from 1 to 5."""
EVENT_TIME: Final = ("event_timestamp", "timestamp", "datetime", "date_time", "time", "date", "ts", "event_time", "ds")
OTHER_TIME: Final = words(
    "birth birthday dob born death expiry expires expiration due end ended finish until to closed updated modified"
    " changed deleted shipped delivered returned resolved scheduled sched planned last next hire hired"
)
LABEL: Final = words(
    "label anomaly anomalous outlier fraud fraudulent attack intrusion fault faulty failure failed defect defective"
    " malicious abnormal spam churn churned phishing"
)
PERHAPS_LABEL: Final = words("target class default survived outcome status y")
"""Names of what is to be predicted, anomalies or not: worth a question only."""


def tokens(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words: `Sepal.Length (cm)` and `sepalLengthCm` are ('sepal', 'length', 'cm')."""
    return tuple(part.lower() for part in _PART.findall(name))


def says(name: str, words: Collection[str]) -> str:
    """Return the first word of `name` that is among `words`, or nothing."""
    return next((part for part in tokens(name) if part in words), "")


def identifies(name: str) -> str:
    """Return the word by which a name claims to name things: `customer_id`, `OrderNo`, `id`; not `number_of_rooms`."""
    parts = tokens(name)
    if word := next((part for part in parts if part in IDENTIFIER or _numbers_things(part)), ""):
        return word
    return parts[-1] if parts and parts[-1] in NUMBERED else ""


def encodes(name: str) -> str:
    """Return the word by which a name claims to be a code: `zip`, `area_code`, `politycode`."""
    return next((part for part in tokens(name) if part in CODE or part.endswith("code")), "")


def counts(name: str) -> str:
    """Return the word by which a name claims to count: `num_visits`, `n_items`, `quantity`; not `order_num`."""
    parts = tokens(name)
    if parts and parts[-1] in NUMBERED:
        return ""
    if word := next((part for part in parts if part in COUNT or part in NUMBERED), ""):
        return word
    return parts[-1] if parts and _is_plural(parts[-1]) else ""


def _numbers_things(word: str) -> bool:
    return word.endswith("id") and word[:-2] in THINGS


def _is_plural(word: str) -> bool:
    """`rooms`, `engines`; not `class`, `status`, `axis`, `gas`, nor amounts and levels that end so."""
    return len(word) > 3 and word.endswith("s") and word[-2] not in "suia" and word not in AMOUNT | LEVEL | SINGULAR
