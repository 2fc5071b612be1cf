"""All that is known of one row: how anomalous, by what, what would have been normal, where the like was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.data.plain import plain_cell
from vaegis.evaluation.incident.normal import Normal, find_normal
from vaegis.evaluation.incident.similar import Incident, Search, blame_NX, find_similar
from vaegis.evaluation.incident.window import Files, Window, read_window
from vaegis.fitted.model import FittedModel


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Which row is asked about, and by whom it is judged."""

    entity: str
    time: str
    files: Files
    test: Path
    """Where similar incidents are looked for."""
    split: SplitConfig | None
    """Which of those rows are for test; None: all."""
    rate: float
    """P-values up to this are flagged."""
    origin: Mapping[str, str]
    """Model, version, lineage key: what vouches for the judgement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """The answers."""

    question: Question
    model: FittedModel
    window: Window
    score: float
    pvalue: float
    spread: float | None
    """Standard deviation of the score over the members of an ensemble; None where one network scores."""
    blame: pd.Series
    """Share of the score above usual, by feature."""
    lines: pd.DataFrame
    """The model's own explanation, every feature, the guiltiest first."""
    normal: Normal
    search: Search

    @property
    def moment(self) -> pd.Timestamp:
        """When it was."""
        return pd.Timestamp(self.window.row[self.model.schema.time].iloc[0])

    @property
    def flagged(self) -> bool:
        """Whether the row is anomalous at the rate asked for."""
        return self.pvalue <= self.question.rate

    @property
    def state(self) -> str:
        """`set aside`, `anomalous` or `usual`."""
        return "set aside" if self.window.rules else "anomalous" if self.flagged else "usual"

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "entity": self.question.entity,
            "time": _moment(self.moment),
            "row_id": self.window.row_id,
            "state": self.state,
            "rules": list(self.window.rules),
            "score": self.score,
            "pvalue": self.pvalue,
            "rate": self.question.rate,
            "spread": self.spread,
            "reasons": self.guilty(),
            "normal": {"columns": list(self.normal.columns), "score": self.normal.score, "pvalue": self.normal.pvalue},
            "similar": [_told(incident) for incident in self.search.found],
            "searched": {"rows": self.search.searched, "of": self.search.of, "flagged": self.search.flagged},
            "model": dict(self.question.origin),
        }

    def guilty(self) -> list[dict[str, Any]]:
        """Return the columns that were changed to make the row normal: in their units, observed, expected, normal."""
        expected = self.lines.set_index("column")
        found = []
        for name in self.normal.columns:
            column = self.model.schema.column(name)
            line = expected.loc[name]
            found.append(
                {
                    "column": name,
                    "unit": column.unit,
                    "description": column.description,
                    "share": float(self.blame[name]),
                    "contribution": float(line["contribution"]),
                    "observed": plain_cell(self.window.row[name].iloc[0]),
                    "expected": plain_cell(line["expected"]),
                    "normal": plain_cell(self.normal.row[name].iloc[0]),
                    "low": plain_cell(self.normal.low.get(name)),
                    "high": plain_cell(self.normal.high.get(name)),
                }
            )
        return found


def make_card(model: FittedModel, question: Question) -> Card:
    """Answer everything about one row.

    Raises:
        ConfigError: the words name no entity or time.
        DataError: there is no such row.
        ArtifactError: there is no file of rows.
    """
    window = read_window(question.files, model.schema, model.columns, question.entity, question.time)
    row = window.row
    contributions = model.contributions(row)
    blame_X = blame_NX(contributions)[0]
    moment = pd.Timestamp(row[model.schema.time].iloc[0])
    own = (question.entity, moment, blame_X)
    return Card(
        question=question,
        model=model,
        window=window,
        score=float(model.score(row).iloc[0]),
        pvalue=float(model.pvalue(row).iloc[0]),
        spread=None if model.detector is None else float(model.spread(row).iloc[0]),
        blame=pd.Series(blame_X, index=model.features),
        lines=model.explain(row, top=len(model.features)),
        normal=find_normal(model, row, contributions.iloc[0], question.rate),
        search=find_similar(model, question.test, model.schema, question.split, own, question.rate),
    )


def _told(incident: Incident) -> dict[str, Any]:
    return {
        "entity": incident.entity,
        "time": _moment(incident.time),
        "likeness": incident.likeness,
        "score": incident.score,
        "pvalue": incident.pvalue,
        "reasons": [
            {key: plain_cell(cell) for key, cell in line.items()} for line in incident.lines.to_dict("records")
        ],
    }


def _moment(moment: pd.Timestamp) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))
