"""One model on the bench, and what has been found out about it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.bench import Bench
from vaegis.evaluation.bootstrap import REPLICATES, Bootstrap
from vaegis.evaluation.detection.injected import Scores
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.halves import halve
from vaegis.evaluation.rows import EvaluationRows
from vaegis.fitted.model import FittedModel

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What every metric, table and figure is made from.

    What several of them need is a function of the case, asked for by `once`: `case.once(test_scores)`.
    """

    model: FittedModel
    bench: Bench
    rivals: Mapping[str, Scores]
    """Other scorers on the same rows and faults, by name."""
    tier: str = "full"
    """`fast` or `full`: how much is measured."""
    replicates: int = REPLICATES
    """Of the bootstrap; 0: no intervals."""
    found: dict[Callable[["Case"], Any], Any] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> EvaluationRows:
        """The rows by role."""
        return self.bench.rows

    @property
    def test(self) -> pd.DataFrame:
        """The rows that models are judged on."""
        return self.bench.rows.test

    @property
    def config(self) -> EvaluateConfig:
        """Section `evaluate`."""
        return self.bench.config

    def once(self, make: Callable[["Case"], Found]) -> Found:
        """Return `make(case)`, made when it is first asked for; `NotComputable` of it is raised each time."""
        if make not in self.found:
            try:
                self.found[make] = make(self)
            except NotComputable as why:
                self.found[make] = why
        found: Found | NotComputable = self.found[make]
        if isinstance(found, NotComputable):
            raise NotComputable(str(found))
        return found

    def bootstrap(self, frame: pd.DataFrame) -> Bootstrap:
        """Return the draws for figures over rows of `frame`: the same for the same rows, so that differences pair."""
        if frame is self.test:
            return self.once(_test_draws)
        return Bootstrap.of_frame(frame, self.rows.schema, self.replicates, self.config.seed)

    def halves(self, frame: pd.DataFrame) -> Bootstrap:
        """Return halves of the same blocks, for figures that rows drawn twice would bias."""
        return halve(self.bootstrap(frame), self.config.seed)


def _test_draws(case: Case) -> Bootstrap:
    return Bootstrap.of_frame(case.test, case.rows.schema, case.replicates, case.config.seed)
