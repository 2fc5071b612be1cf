"""What a page of scenarios works with: the columns that can be set, usual rows, and answers within limits."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from vaegis.contract import Rule
from vaegis.data.plain import plain_cell
from vaegis.durable import canonical_json
from vaegis.errors import ConfigError
from vaegis.fitted.drawing import draw_rows
from vaegis.fitted.model import FittedModel
from vaegis.simulation.controls import Control, control_of
from vaegis.simulation.counterfactual import find_row
from vaegis.simulation.provenance import parquet
from vaegis.simulation.question import command
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.simulate import Simulated, require_generator, simulate
from vaegis.simulation.stress import pool_rows
from vaegis.simulation.values import Settable, grid, swept_values

MAX_ROWS: Final = 2_000
MAX_STEPS: Final = 40
MAX_POOL: Final = 60_000
"""Rows drawn for a stress set, at most."""
_KEPT: Final = 8
"""Answers that are kept: a page asks again for what it shows at each touch of it."""
_USUAL: Final = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a scenario came to, the command that asks for the same, and by which model."""

    simulated: Simulated
    command: str
    address: str

    def parquet(self) -> bytes:
        """Return the bytes that the command writes with `--output`."""
        return parquet(self.simulated, self.address)


class Studio:
    """A model, real rows if there are any, and hard rules; one question at a time."""

    def __init__(
        self,
        model: FittedModel,
        address: str,
        rules: Sequence[Rule] | None,
        source: pd.DataFrame | None,
        options: Sequence[str] = (),
    ) -> None:
        require_generator(model)
        self.address, self.digest, self._options = address, model.content_digest or "", tuple(options)
        self._model, self._rules, self._source = model, rules, source
        self._settable = Settable(model)
        self._alone = threading.Lock()
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    @property
    def has_rows(self) -> bool:
        """Whether there are real rows."""
        return self._source is not None and not self._source.empty

    @cached_property
    def usual(self) -> pd.DataFrame:
        """Return rows without any scenario, which others are shown beside."""
        return draw_rows(self._model, _USUAL, seed=0)

    @cached_property
    def controls(self) -> dict[str, Control]:
        """Return the columns that can be set."""
        columns = [column for column in self._model.schema.inputs if column.dtype != "timestamp"]
        return {column.name: control_of(column, self._settable, self.usual[column.name]) for column in columns}

    @cached_property
    def latents(self) -> tuple[str, ...]:
        """Return the names of the latents."""
        return tuple(f"z_{k}" for k in range(self._model.network.latent_dim))

    def row_name(self, number: int) -> str:
        """Return how a real row is called: by keys and time, or by its number; empty if there is none."""
        if self._source is None or self._source.empty:
            return ""
        schema = self._model.schema
        number = number % len(self._source)
        named = {*schema.keys, schema.time} <= set(self._source.columns)
        return str(schema.row_ids(self._source.iloc[[number]]).iloc[0]) if named else str(number)

    def row(self, name: str) -> dict[str, Any]:
        """Return the values of a real row.

        Raises:
            ConfigError: there are no real rows.
            DataError: there is none of that name.
        """
        if self._source is None:
            raise ConfigError("there are no real rows here", allowed="vaegis studio --source FILE", where="the row")
        row = find_row(self._source, self._model.schema, name)
        return {column: plain_cell(row[column]) for column in self.controls}

    def check(self, scenario: Scenario) -> None:
        """Refuse what a page cannot set or show.

        Raises:
            ConfigError: it is too much.
            DataError: a column is unknown, or a value is beyond what training saw.
        """
        for name, value in scenario.hold.items():
            self._settable.value(name, value)
        for name in (*scenario.shift, *scenario.free):
            self._settable.column(name)
        steps = len(grid(swept_values(self._settable, scenario.sweep)))
        pool = pool_rows(scenario.rows, scenario.stress) if scenario.stress else 0
        for what, asked, most in (
            ("rows", scenario.rows, MAX_ROWS),
            ("steps", steps, MAX_STEPS),
            ("rows to be drawn", pool, MAX_POOL),
        ):
            if asked > most:
                where = "the page, or vaegis simulate"
                raise ConfigError(f"{asked:,} {what}", allowed=f"{most:,} on the page", where=where)

    def run(self, scenario: Scenario) -> Answer:
        """Return what a scenario comes to; what was asked just before is not drawn again.

        Raises:
            ConfigError: it contradicts itself, or is too much for a page.
            DataError: a column or value is unknown or out of range, or hardly any row passes the rules.
        """
        self.check(scenario)
        key = canonical_json({**scenario.to_json(), "order": [*scenario.hold, *scenario.sweep]})
        with self._alone:
            if key not in self._answers:
                made = simulate(self._model, scenario, rules=self._rules, source=self._source)
                told = command(scenario, self._options)
                self._answers[key] = Answer(simulated=made, command=told, address=self.address)
            self._answers.move_to_end(key)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
            return self._answers[key]
