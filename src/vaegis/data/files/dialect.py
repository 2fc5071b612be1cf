"""Find the separator, the header and the lines before it, from the beginning of a text."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from vaegis.data.files.file_format import MISSING

SEPARATORS: Final = (",", ";", "\t", "|", " ", "^", "~", "\x1f", "\x01")
RECORDS: Final = 400
MOST_SKIPPED: Final = 20
_VALUE: Final = re.compile(
    r"^[+-]?[\d.,\s]*\d[\d.,]*([eE][+-]?\d+)?\s*%?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*$|^\d{1,2}:\d\d"
)
"""A number, a date or a time: what a header hardly ever is."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How lines fall into cells, and what the first of them are."""

    separator: str
    quote: str
    skip_lines: int
    header: bool
    names: tuple[str, ...]
    """Cells of the header; empty without one."""
    width: int
    records: tuple[tuple[str, ...], ...]
    """The first records below the header."""


def find_dialect(head: str, *, separator: str | None = None, header: bool | None = None) -> Dialect:
    """Find the separator that cuts most records into as many cells as the first one; fewest lines before that.

    A header of one cell less than the records below it lacks the name of the first column, as R writes it.
    """
    options = [separator] if separator else list(SEPARATORS)
    best = max((_cut(head, option) for option in options), key=lambda found: found.score)
    has_header = looks_like_header(best.rows) if header is None else header
    names = best.rows[0] if has_header and best.rows else ()
    return Dialect(
        separator=best.separator,
        quote=best.quote,
        skip_lines=best.skip_lines,
        header=has_header,
        names=tuple(cell.strip() for cell in names),
        width=best.width,
        records=best.rows[int(has_header) :],
    )


def find_header(text: str, separator: str) -> tuple[str, ...]:
    """Return the names in the first line of a text that has a header."""
    return find_dialect(text, separator=separator, header=True).names


def cut(text: str, separator: str, quote: str) -> list[tuple[int, tuple[str, ...]]]:
    """Cut a text into records; the number of the line that each ends on comes first. Blank lines are left out."""
    how: Any = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote or None, quoting=how)
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        for record in reader:
            if record:
                found.append((reader.line_num, tuple(record)))
            if len(found) >= RECORDS:
                break
    except csv.Error:  # a quote that never closes fills a cell beyond csv's limit
        return found
    return found


@dataclass(frozen=True, slots=True)
class _Cut:
    """The head of a text cut by one separator."""

    separator: str
    quote: str
    rows: tuple[tuple[str, ...], ...]
    """From the header on."""
    width: int
    skip_lines: int
    clean: float
    """Share of records of the usual width, less something for every line before them."""

    @property
    def score(self) -> tuple[bool, float, int]:
        """Several columns with hardly a line of another width; then the order of `SEPARATORS`."""
        clean = self.clean - 0.2 * (self.separator == " ")
        if self.width < 2 or clean < 0.7:
            return False, 0.0, 0
        return True, round(clean, 1), -SEPARATORS.index(self.separator) if self.separator in SEPARATORS else 0


def _cut(head: str, separator: str) -> _Cut:
    quote, found = '"', cut(head, separator, '"')
    if head.count('"') % 2 and any("\n" in cell for _, row in found for cell in row):
        quote, found = "", cut(head, separator, "")
    rows = [row for _, row in found]
    widths = [len(row) for row in rows]
    width = Counter(widths).most_common(1)[0][0] if widths else 0
    start = next((at for at, found_width in enumerate(widths[: MOST_SKIPPED + 1]) if found_width == width), 0)
    if start == 1 and widths[0] == width - 1 > 1 and not any(map(_VALUE.match, rows[0])):
        start, rows[0] = 0, _lengthened(rows[0], rows[1:])
    rows = rows[start:]
    share = sum(len(row) == width for row in rows) / max(len(rows), 1)
    lines = _line_of(found[start]) - 1 if start else 0
    return _Cut(separator, quote, tuple(rows), width, lines, share - 0.05 * start)


def _line_of(record: tuple[int, tuple[str, ...]]) -> int:
    """Return the number of the line that a record begins on."""
    end, cells = record
    return end - sum(cell.count("\n") for cell in cells)


def _lengthened(header: tuple[str, ...], body: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Give a header one cell short a nameless one: behind, where every line ends on a separator; else in front."""
    return (*header, "") if not any(row[-1].strip() for row in body) else ("", *header)


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a header by its cells: words above numbers, each once. Numbers there that run on by one are names too."""
    first, body = rows[0], rows[1:]
    cells = [cell.strip() for cell in first]
    if not body or _runs_on(cells):
        return True
    filled = [cell for cell in cells if cell not in MISSING]
    numbers = [cell for cell in filled if _VALUE.match(cell)]
    if not filled or len(numbers) > 0.5 * len(cells):
        return False
    votes = [_vote(cell, [row[at].strip() for row in body if at < len(row)]) for at, cell in enumerate(cells)]
    if any(votes):
        return sum(votes) > 0
    # Nothing but words: a line whose words come again below, or twice in itself, is data.
    again = [cell for at, cell in enumerate(cells) if any(at < len(row) and row[at].strip() == cell for row in body)]
    return len(again) < 0.5 * len(cells) and len(set(filled)) == len(filled)


def _vote(cell: str, below: Sequence[str]) -> int:
    """1: a word above values; -1: a value (or nothing) above values; 0: no telling."""
    held = [value for value in below if value not in MISSING]
    if not held or sum(bool(_VALUE.match(value)) for value in held) < 0.9 * len(held):
        return 0
    if cell in MISSING:
        return 0
    return -1 if _VALUE.match(cell) else 1


def _runs_on(cells: Sequence[str]) -> bool:
    """Whether the header's numbers are years or positions, one after the other."""
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    rest = [cell for cell in cells if not cell.isdecimal()]
    if len(numbers) < 3 or any(_VALUE.match(cell) for cell in rest):
        return False
    return all(after - before == 1 for before, after in pairwise(numbers))
