"""`vaegis config`: what params.yaml says, and with `--all` every default with its reason."""

import ast
import inspect
from dataclasses import fields
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Final

import typer

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.config.admit import AdmitConfig
from vaegis.config.baseline import BaselineConfig
from vaegis.config.compare import CompareConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.generator import GeneratorConfig
from vaegis.config.ingest import IngestConfig
from vaegis.config.load import as_plain, load_section, read_params
from vaegis.config.monitor import MonitorConfig
from vaegis.config.promote import PromoteConfig
from vaegis.config.publish import PublishConfig
from vaegis.config.pull import PullConfig
from vaegis.config.reference import ReferenceConfig
from vaegis.config.register import RegisterConfig
from vaegis.config.report import ReportConfig
from vaegis.config.score import ScoreConfig
from vaegis.config.source_state import SourceStateConfig
from vaegis.config.split import SplitConfig
from vaegis.config.train import TrainConfig
from vaegis.config.validate import ValidateConfig

SECTIONS: Final[dict[str, type[Any]]] = {
    "ingest": IngestConfig,
    "source_state": SourceStateConfig,
    "pull": PullConfig,
    "validate": ValidateConfig,
    "admit": AdmitConfig,
    "split": SplitConfig,
    "train": TrainConfig,
    "score": ScoreConfig,
    "generator": GeneratorConfig,
    "baseline": BaselineConfig,
    "evaluate": EvaluateConfig,
    "compare": CompareConfig,
    "report": ReportConfig,
    "reference": ReferenceConfig,
    "register": RegisterConfig,
    "promote": PromoteConfig,
    "publish": PublishConfig,
    "monitor": MonitorConfig,
}
"""Every section of params.yaml."""


def config(
    every: Annotated[
        bool, typer.Option("--all", help="Also the keys that params.yaml leaves at their default.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the configuration: values in force, units, ranges and reasons."""
    rows = [row for row in describe(paths.PARAMS) if every or row["set"]]
    grid = table("key", "value", "meaning")
    for row in rows:
        grid.add_row(row["key"], str(row["value"]), row["meaning"], style="" if row["set"] else "dim")
    hint = "" if every else "\nDefaults that params.yaml leaves alone: vaegis config --all"
    emit(rows, as_json, grid, hint)


def check_params(path: Path) -> None:
    """Load every section, so that a mistyped or impossible key is said before the first stage runs."""
    for name, kind in SECTIONS.items():
        load_section(name, kind, path)


def describe(path: Path) -> list[dict[str, Any]]:
    """List every key with the value in force, whether params.yaml sets it, its default and its meaning."""
    check_params(path)
    given = read_params(path)
    rows = []
    for name, kind in SECTIONS.items():
        values, defaults = as_plain(load_section(name, kind, path)), as_plain(kind())
        meanings = field_docs(kind)
        for key, value in values.items():
            known = {"set": key in (given.get(name) or {}), "default": defaults[key], "meaning": meanings.get(key, "")}
            rows.append({"key": f"{name}.{key}", "value": value, **known})
    return rows


def field_docs(kind: type[Any]) -> dict[str, str]:
    """Read the docstring under each field of a config dataclass; a subclass's own words come first."""
    names = {field.name for field in fields(kind)}
    docs: dict[str, str] = {}
    for base in reversed([item for item in kind.__mro__ if item is not object]):
        body = ast.parse(dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class is a class
        docs |= {name: text for name, text in _documented(body) if name in names}
    return docs


def _documented(body: ast.ClassDef) -> list[tuple[str, str]]:
    pairs = zip(body.body, body.body[1:], strict=False)
    return [
        (field.target.id, " ".join(text.value.value.split()))
        for field, text in pairs
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    ]
