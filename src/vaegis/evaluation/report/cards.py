"""The model card and the data card, from the same evidence as the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from vaegis.config.report import ReportConfig
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.words import tell_verdict
from vaegis.evaluation.report.material import Material, Score
from vaegis.evaluation.report.naming import interval_text, number, title_of, topic_of, value_text
from vaegis.evaluation.report.recommendation import recommend
from vaegis.evaluation.report.training_rows import TrainingRows
from vaegis.governance.gates import FAILED
from vaegis.governance.verdict import Verdict

_WEAK_R2: Final = 0.5
_CARD_SCORES: Final = 8
"""Scores of a topic in the model card; the report has all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading, and what stands below it."""

    title: str
    texts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card as its sections."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a card says that the evidence does not."""

    name: str
    """Of the registered model."""
    kind: str
    owner: str
    config: ReportConfig = field(default_factory=ReportConfig)
    approvals: tuple[str, ...] = ()
    """Whose approval the policy asks for beside its gates."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Digests and keys, by what they are called."""


def model_card(material: Material, about: About, verdict: Verdict | None, comparison: Comparison | None) -> Card:
    """Return the model card: use, limits, owner, training data, metrics with intervals, ethics and privacy."""
    found = recommend(material, verdict, comparison, about.approvals)
    compared = [] if comparison is None else [tell_verdict(comparison)]
    return Card(
        title=f"Model card: {about.name}",
        sections=(
            Section(title="Recommendation", texts=(found.sentence, *compared)),
            Section(title="Intended use", texts=(about.config.intended_use,)),
            Section(title="Out of scope", texts=(about.config.out_of_scope,)),
            Section(
                title="Limits",
                items=(*_limits(material, verdict), *([about.config.limits] * bool(about.config.limits))),
            ),
            Section(title="Owner", texts=(about.owner or "Nobody is named: set report.owner in params.yaml.",)),
            *_metrics(material),
            Section(title="Ethics and privacy", items=tuple(_privacy(material))),
            Section(title="Origin", items=tuple(f"{key}: `{value}`" for key, value in about.origin.items())),
        ),
    )


def data_card(material: Material, about: About, rows: TrainingRows | None) -> Card:
    """Return the data card: where the rows come from, how many by role, what each column is."""
    counts, measured = material.counts, material.rows
    items = [
        f"{key.replace('_', ' ')}: {_count(value)}" for key, value in counts.items() if isinstance(value, int | float)
    ]
    sections = [Section(title="Rows", texts=("What validation made of the rows pulled.",), items=tuple(items))]
    if rows is not None:
        head = ("role", "rows", "entities", "first", "last")
        texts = ("Rows of a role never serve another; blocks of time or whole entities are dealt, never single rows.",)
        sections.append(Section(title="Roles", texts=texts, head=head, rows=rows.table()))
    if measured:
        when = f"{measured['first'][:10]} to {measured['last'][:10]}"
        told = f"{measured['rows']:,} rows of {measured['days']:,} days, {when}"
        texts = (
            f"{told}; {measured['normal_rows']:,} of them no label marks. Digest `{measured['rows_digest'][:12]}`.",
        )
        sections.append(Section(title="Rows measured on", texts=texts))
    if material.schema is not None:
        sections.append(_columns(material))
    origin = tuple(f"{key}: `{value}`" for key, value in about.origin.items() if "data" in key or "definition" in key)
    sections += [
        Section(title="Origin", items=origin),
        Section(title="Ethics and privacy", items=tuple(_privacy(material))),
    ]
    return Card(title=f"Data card: {about.name}", sections=tuple(sections))


def markdown(card: Card) -> str:
    """Write a card as Markdown."""
    parts = [f"# {card.title}"]
    for section in card.sections:
        parts += [f"## {section.title}", *section.texts]
        if section.items:
            parts.append("\n".join(f"- {item}" for item in section.items))
        if section.head:
            lines = [section.head, tuple("---" for _ in section.head), *section.rows]
            parts.append(
                "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
            )
        if not (section.texts or section.items or section.head):
            parts.append("Nothing is known.")
    return "\n\n".join(parts) + "\n"


def _metrics(material: Material) -> list[Section]:
    sections = []
    for topic in material.topics:
        scores = [score for score in material.scores if score.topic == topic]
        shown = sorted(scores, key=lambda score: score.direction == "neutral")[:_CARD_SCORES]
        heading, question = topic_of(topic)
        head = ("metric", "value", "95 % interval", "rows", "reading")
        lines = tuple(
            (title_of(s.name), _told(s), interval_text(s) or "-", _count(s.rows), s.reading or "-") for s in shown
        )
        texts = (question,) if question else ()
        sections.append(Section(title=heading, texts=texts, head=head, rows=lines))
    return sections


def _limits(material: Material, verdict: Verdict | None) -> list[str]:
    told = ["It knows the rows it was trained on: under drift its p-values and flags lose their meaning."]
    if (rate := material.score("detection/false_alarm_rate")) and rate.value is not None:
        told.append(f"On the held-out rows {100 * rate.value:.3g} % of the normal ones are flagged.")
    columns = material.tables.get("columns")
    if columns is not None and "r2" in columns:
        weak = columns[columns["r2"] < _WEAK_R2].sort_values("r2")
        named = [f"{row['column']} (R² {row['r2']:.2f})" for row in weak.to_dict("records")]
        told += [f"Hardly given back: {', '.join(named)}."] if named else []
    told += [f"{gate.name}: {gate.reason}." for gate in (verdict.gates if verdict else ()) if gate.status == FAILED]
    told += [f"{title_of(s.name)} is not computable, because {s.reason}." for s in material.scores if s.value is None]
    return told


def _privacy(material: Material) -> list[str]:
    told = ["The bundle holds values of its training rows: levels, ranges, and what its detector and generator keep."]
    scores = [score for score in material.scores if score.topic == "privacy"]
    told += [f"{title_of(score.name)}: {_told(score)}. {score.reading}" for score in scores]
    if not scores:
        told.append("What generated rows give away of training rows was not measured.")
    told.append("No differential privacy is claimed. Nobody but its owner knows whether the rows are about people.")
    if material.schema is not None:
        told.append(f"Entities are named by {', '.join(material.schema.keys)}.")
    return told


def _columns(material: Material) -> Section:
    schema = material.schema
    assert schema is not None  # noqa: S101 - asked by the caller
    lines = tuple(
        (c.name, c.role, c.kind, c.unit or "-", _range(c.minimum, c.maximum), c.description or "-")
        for c in schema.columns
    )
    head = ("column", "role", "kind", "unit", "range", "description")
    return Section(title="Columns", texts=(f"Feature service `{schema.service}`.",), head=head, rows=lines)


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "-"
    return f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}".strip()


def _told(score: Score) -> str:
    return value_text(score) if score.value is not None else f"not computable, because {score.reason}"


def _count(value: float | None) -> str:
    if value is None or not np.isfinite(value):
        return "-"
    return f"{value:,}" if isinstance(value, int) else number(value)
