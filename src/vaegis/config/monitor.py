"""Section `monitor`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class MonitorConfig:
    """When a batch of new rows is called unusual, and when the evidence over time is called an alarm."""

    alpha: float = 0.05
    """Warnings: false ones among the tests of a batch that are named (Benjamini-Hochberg)."""
    alarm_level: float = 0.01
    """Alarms: probability that an unchanged world ever raises one, however long it is watched (Ville)."""
    min_effect: float = 0.1
    """Smallest change worth a warning, 0 to 1: distance of distributions beyond what is usual for a batch."""
    min_missing: float = 0.02
    """The same for shares of missing cells and of scores in the tail."""
    season_days: int = 45
    """New rows are held against this many days around the same day of the year; 0: against the whole reference.
    Used only where the reference spans most of a year."""
    batch_days: int = 7
    """More days than these are judged as several batches."""

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        for key in ("alpha", "alarm_level"):
            within(f"monitor.{key}", getattr(self, key), 0.0, 0.5, above=True)
        for key in ("min_effect", "min_missing"):
            within(f"monitor.{key}", getattr(self, key), 0.0, 1.0)
        within("monitor.season_days", self.season_days, 0, 182)
        within("monitor.batch_days", self.batch_days, 1, 60)
