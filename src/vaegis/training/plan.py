"""How many steps, and in which intervals: known before training starts, so schedules cannot outlast it."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from vaegis.config.train import TrainConfig


@dataclass(frozen=True, slots=True)
class Plan:
    """A number of rows cut into epochs of steps, and steps into intervals between validations."""

    num_rows: int
    batch_rows: int
    interval_steps: int
    num_intervals: int

    @property
    def epoch_steps(self) -> int:
        """Steps in one pass over the rows; the last batch may be smaller."""
        return ceil(self.num_rows / self.batch_rows)

    @property
    def planned_steps(self) -> int:
        """Steps of the whole training, if it is not stopped early."""
        return self.interval_steps * self.num_intervals

    def span(self, step: int) -> tuple[int, int, int]:
        """Return (epoch, first row, row after the last) of the global batch at `step`."""
        epoch, position = divmod(step, self.epoch_steps)
        start = position * self.batch_rows
        return epoch, start, min(start + self.batch_rows, self.num_rows)

    def rows_before(self, step: int) -> int:
        """Return how many rows the interval that ends before `step` has read, over all ranks."""
        spans = (self.span(past) for past in range(step - self.interval_steps, step))
        return sum(stop - start for _, start, stop in spans)


_MIN_INTERVAL: Final = 50
"""Steps below which an interval of a small table is not cut: its epochs are too short to tell anything."""


def make_plan(num_rows: int, config: TrainConfig) -> Plan:
    """Cut training into equal intervals, as many as hold `config.epochs` epochs; none is longer than training."""
    batch_rows = min(config.batch_rows, num_rows)
    epoch_steps = ceil(num_rows / batch_rows)
    planned_steps = config.epochs * epoch_steps
    interval_steps = min(config.interval_steps, max(epoch_steps, _MIN_INTERVAL), planned_steps)
    num_intervals = ceil(planned_steps / interval_steps)
    return Plan(num_rows, batch_rows, interval_steps, num_intervals)


def share(start: int, stop: int, rank: int, world: int) -> tuple[int, int]:
    """Return a rank's part of the rows [start, stop): contiguous, sizes differing by at most one, possibly none."""
    rows = stop - start
    return start + rows * rank // world, start + rows * (rank + 1) // world
