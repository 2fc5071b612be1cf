"""A page on this machine's own address to try scenarios on: sliders, the model's band, a real row's counterfactual."""

import asyncio
import json
import shlex
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vaegis.contract import ColumnSpec, Rule
from vaegis.data.plain import plain_cell, plain_rows
from vaegis.durable import finite
from vaegis.errors import ConfigError, VaegisError
from vaegis.fitted.model import FittedModel
from vaegis.simulation.counterfactual import find_row
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.simulate import require_generator, simulate
from vaegis.simulation.values import Settable

MAX_ROWS: Final = 2_000
MAX_STEPS: Final = 40
MAX_BYTES: Final = 65_536
BINS: Final = 32
_USUAL: Final = 2_000
"""Rows without any scenario that others are drawn before."""
_SHOWN: Final = 0.005
_BESIDE: Final = 0.1
_PAGE: Final = Path(__file__).with_name("templates") / "studio.html"
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:"
)


class Studio:
    """What the page asks for."""

    def __init__(
        self, model: FittedModel, address: str, rules: Sequence[Rule] | None, source: pd.DataFrame | None
    ) -> None:
        require_generator(model)
        self._model, self._address, self._rules, self._source = model, address, rules, source
        self._settable = Settable(model)
        self._columns = [column for column in model.schema.inputs if column.dtype != "timestamp"]

    @cached_property
    def _usual(self) -> pd.DataFrame:
        return self._model.sample(_USUAL, seed=0)

    @cached_property
    def about(self) -> dict[str, Any]:
        """Return the columns with what they may be set to, and how they usually lie."""
        return {
            "model": self._address,
            "digest": self._model.content_digest,
            "columns": [self._described(column, self._usual[column.name]) for column in self._columns],
            "has_rows": self._source is not None,
            "first": self._first(),
        }

    def row(self, name: str) -> dict[str, Any]:
        """Return the values of a real row."""
        if self._source is None:
            raise ConfigError("there are no real rows here", allowed="vaegis studio --source FILE", where="the row")
        row = find_row(self._source, self._model.schema, name)
        return {column.name: plain_cell(row[column.name]) for column in self._columns}

    def run(self, asked: Any) -> dict[str, Any]:
        """Return what a scenario comes to: its steps, bands, and how the values of each column lie."""
        scenario = Scenario.of(asked, "the page")
        if scenario.rows > MAX_ROWS or scenario.walk or scenario.stress or len(scenario.sweep) > 1:
            allowed = f"one population, sweep or row, {MAX_ROWS} rows"
            raise ConfigError("the page cannot show this", allowed=allowed, where="the page, or vaegis simulate")
        steps = [len(self._settable.sweep(name, values)) for name, values in scenario.sweep.items()]
        if sum(steps) > MAX_STEPS:
            raise ConfigError(f"{sum(steps)} steps", allowed=f"{MAX_STEPS}", where="the page, or vaegis simulate")
        made = simulate(self._model, scenario, rules=self._rules, source=self._source)
        return {
            "steps": plain_rows(made.steps),
            "bands": plain_rows(made.bands),
            "lying": [self._lying(part) for _, part in made.rows.groupby("step")] if not scenario.sweep else [],
            "levels": made.levels,
            "observed": {name: plain_cell(value) for name, value in made.observed.items()},
            "command": _command(scenario),
            "rows": len(made.rows),
        }

    def _described(self, column: ColumnSpec, usual: pd.Series) -> dict[str, Any]:
        told = {"name": column.name, "unit": column.unit, "description": column.description}
        if column.is_discrete:
            levels = [str(level) for level in self._settable.levels(column.name)]
            return {**told, "levels": levels, "usual": self._counts(column, usual)}
        low, high = self._settable.bounds(column.name)
        shown = self._shown(column.name)
        middle = float(usual.median())
        return {
            **told,
            "low": low,
            "high": high,
            "shown": shown,
            "middle": middle,
            "usual": self._counts(column, usual),
        }

    def _lying(self, rows: pd.DataFrame) -> dict[str, list[float]]:
        return {column.name: self._counts(column, rows[column.name]) for column in self._columns}

    def _counts(self, column: ColumnSpec, values: pd.Series) -> list[float]:
        """Return the share of each level, or of each of `BINS` equal parts of the shown range, ends with all beyond."""
        if column.is_discrete:
            shares = values.astype("string").value_counts(normalize=True)
            return [float(shares.get(str(level), 0.0)) for level in self._settable.levels(column.name)]
        edges = np.linspace(*self._shown(column.name), BINS + 1)
        present = np.clip(values.dropna().to_numpy(dtype=np.float64), edges[0], edges[-1])
        return [float(share) for share in np.histogram(present, edges)[0] / max(1, len(present))]

    def _shown(self, name: str) -> tuple[float, float]:
        """Return the range in which nearly all usual rows lie: a few far out would leave the others one bar."""
        values = self._usual[name].dropna()
        if values.empty:
            return 0.0, 1.0
        low, high = (float(edge) for edge in values.quantile([_SHOWN, 1.0 - _SHOWN]))
        least, most = self._settable.bounds(name)
        beside = _BESIDE * (high - low)
        return (max(least, low - beside), min(most, high + beside)) if high > low else (low, low + 1.0)

    def _first(self) -> str:
        if self._source is None or self._source.empty:
            return ""
        schema = self._model.schema
        named = {*schema.keys, schema.time} <= set(self._source.columns)
        return str(schema.row_ids(self._source.head(1)).iloc[0]) if named else "0"


def make_app(studio: Studio, hosts: Sequence[str] = ("127.0.0.1", "localhost", "[::1]")) -> Starlette:
    """Return the application; it answers under its own names alone, so no other site's name leads here."""
    one_at_a_time = asyncio.Lock()

    async def page(request: Request) -> Response:
        del request
        body = _PAGE.read_bytes()
        return Response(body, media_type="text/html", headers={"content-security-policy": _POLICY})

    async def about(request: Request) -> Response:
        del request
        return await _answer(one_at_a_time, lambda: studio.about)

    async def row(request: Request) -> Response:
        name = request.query_params.get("name", "")
        return await _answer(one_at_a_time, lambda: studio.row(name))

    async def run(request: Request) -> Response:
        try:
            asked = await _asked(request)
        except ConfigError as error:
            return JSONResponse({"error": str(error)}, 400)
        return await _answer(one_at_a_time, lambda: studio.run(asked))

    routes = [
        Route("/", page),
        Route("/about", about),
        Route("/row", row),
        Route("/simulate", run, methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))])


async def _asked(request: Request) -> Any:
    """Return what the page sent; another site could send a form, but not JSON."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ConfigError("the body is no application/json", where="the request")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise ConfigError("the body is too long", allowed=f"{MAX_BYTES} bytes", where="the request")
    try:
        return json.loads(bytes(body))
    except ValueError:
        raise ConfigError("the body is no JSON", where="the request") from None


async def _answer(lock: asyncio.Lock, work: Any) -> Response:
    try:
        async with lock:
            return JSONResponse(finite(await run_in_threadpool(work)))
    except VaegisError as error:
        return JSONResponse({"error": str(error)}, 422)


def _command(scenario: Scenario) -> str:
    """Return what gives the same rows on the command line."""
    words = ["vaegis simulate"]
    for option in ("hold", "shift", "sweep"):
        values: Mapping[str, Any] = getattr(scenario, option)
        words += [f"--{option} {shlex.quote(f'{name}={value}')}" for name, value in values.items()]
    words += [f"--row {shlex.quote(scenario.row)}"] if scenario.row else []
    words += [f"--free {shlex.quote(name)}" for name in scenario.free]
    return " ".join([*words, f"--rows {scenario.rows}", f"--seed {scenario.seed}"])
