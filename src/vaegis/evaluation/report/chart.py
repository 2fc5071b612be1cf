"""A picture of the report, with its words."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A picture with its words."""

    title: str
    note: str
    svg: Markup
    legend: tuple[tuple[str, str, str], ...] = ()
    """Style, series and name of what can be switched off."""
