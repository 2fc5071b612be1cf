"""README.md of a new project: what was guessed and why, what to confirm, what to do next."""

from collections.abc import Sequence

import vaegis
from vaegis.inference.inference import Guess
from vaegis.project.survey import UNSURE, Survey

_CHANGES = """\
## I want to change ...

| change | touch |
|---|---|
| a number: latent size, epochs, tolerance, false-alarm rate | `params.yaml`; all keys: `vaegis config --all` |
| a gate or its threshold | `policy.yaml` |
{columns}
| a rule that spans rows or columns | `feature_repo/expectations.json` (Great Expectations: type and kwargs) |
| a reference curve, drawn and scored as a rule | `feature_repo/references.json`: `name`, `x`, `y`, `bin_width` |
| a stage | `pipelines/` and `dvc.yaml` |
"""
_COLUMNS_OWN = """\
| a column's kind, role, unit or range | its tags in `feature_repo/features.py` |
| a derived column or a label | `feature_repo/derive.py`, and `DERIVED` in `feature_repo/features.py` |
| which file is read, and how | `params.yaml` (`ingest.path`) and `feature_repo/source.json` |"""
_COLUMNS_ELSEWHERE = """\
| a column's kind, role, unit or range | `feature_repo/contract.json`, or its tags in the Feast repository |
| which service is pulled | `params.yaml` (`pull.service`) |"""
_NEXT = """\
## What to do next

```bash
vaegis repro   # or: dvc repro, make repro; a second run with nothing changed does nothing
vaegis ui      # MLflow on http://127.0.0.1:5000: the runs, the versions and their verdicts
vaegis show    # the same, in the terminal
vaegis config --all
vaegis doctor  # what is missing here and how to mend it
```

Then look at the table above, and at `reports/validation/docs/index.html` for what the data did not keep to. The gates
in `policy.yaml` are those of vaegis' own demo: a refused version is registered all the same, with its reasons. Read
them, then decide what your models must show.

The stages depend on the vaegis that is installed (this project was made by {version}): after an upgrade they run again.
New or corrected rows in the source run the pipeline again too.
"""


def readme_md(survey: Survey) -> str:
    """Return the text of README.md."""
    parts = [
        f"# {survey.name}\n\nMade by `vaegis init` from {survey.what}: {_shape(survey)}.\n",
        "## What was guessed\n\n" + _told(survey),
        _table(survey),
        *_derived(survey),
        *_confirm(survey),
        _NEXT.format(version=vaegis.__version__),
        _CHANGES.format(columns=_COLUMNS_OWN if survey.is_own else _COLUMNS_ELSEWHERE),
    ]
    return "\n".join(parts)


def code(words: Sequence[str]) -> str:
    """List names as code."""
    return ", ".join(f"`{word}`" for word in words)


def _shape(survey: Survey) -> str:
    return f"{len(survey.frame):,} rows, {len(survey.inference.guesses)} columns"


def _told(survey: Survey) -> str:
    found, schema = survey.inference, survey.blueprint.raw
    cadence = f", every {found.cadence_seconds:g} s" if found.cadence_seconds else ", at irregular times"
    lines = [
        f"- A row is named by {code(schema.keys)} and `{schema.time}`"
        + (f"{cadence}." if found.time else " (which is the same in every row: the table has no time)."),
        f"- Label: {_label(survey)}",
        f"- Split {_split(survey)}",
        *(f"- {note}" for note in found.notes),
        *(f"- Asked or decided: {doubt.text}" for doubt in found.doubts),
    ]
    return "\n".join(lines) + "\n"


def _label(survey: Survey) -> str:
    found = survey.inference
    if not found.label:
        return "none. Detection is judged on faults that are written into copies of held-out rows."
    marked = f"where it is `{found.positive}`" if found.positive else "where it is 1"
    return f"`{found.label}`; {marked}, a row counts as an anomaly. Evaluation alone sees it."


def _split(survey: Survey) -> str:
    counts = ", ".join(f"{role} {count:,}" for role, count in survey.roles.items())
    if survey.split.get("by") == "entity":
        return f"by entity: {counts} rows."
    start, days = survey.split["test_from"], survey.split["block_days"]
    unit = "day" if days == 1 else "days"
    return f"by time: test from {start}; before it blocks of {days:g} {unit}, with gaps ({counts} rows)."


def _table(survey: Survey) -> str:
    final = {column.name: column.role for column in survey.blueprint.raw.columns}
    rows = ["| column | kind | role | unit | sure | why |", "|---|---|---|---|---|---|"]
    rows += [_row(guess, final.get(guess.column.name, guess.column.role)) for guess in survey.inference.guesses]
    return "\n".join(rows) + "\n"


def _row(guess: Guess, role: str) -> str:
    column = guess.column
    sure = f"{guess.confidence:.0%}" + (" **look**" if guess.confidence < UNSURE else "")
    cells = (f"`{column.name}`", column.kind, role, column.unit, sure, guess.reason)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _derived(survey: Survey) -> list[str]:
    made = survey.blueprint.derived
    if not made:
        return []
    return ["Derived by `feature_repo/derive.py`: " + code([column.name for column in made]) + ".\n"]


def _confirm(survey: Survey) -> list[str]:
    missing = survey.without_unit
    if not missing:
        return []
    shown = code(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
    return [f"Units to confirm (tag `unit`; they are shown, nothing is converted): {shown}.\n"]
