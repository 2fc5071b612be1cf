"""Run rules with Great Expectations in memory: no gx/ folder, no progress bars, one outcome per rule, in order."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import great_expectations as gx
import numpy as np
import pandas as pd
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from vaegis import paths
from vaegis.contract import Rule
from vaegis.errors import ConfigError
from vaegis.quality.outcome import Outcome
from vaegis.quality.suite import columns_of, label

_RESULT_FORMAT: Final = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_SITE: Final = "docs"
_PAGES: Final = "great_expectations.render.renderer.site_builder"


def evaluate(
    tables: Mapping[str, pd.DataFrame], rules: Sequence[Rule], docs: Path | None = None
) -> tuple[Outcome, ...]:
    """Return one outcome per rule; `docs` is a folder to fill with Data Docs (HTML).

    A rule that cannot be evaluated (no such column, values of another type) is an outcome with a `problem`.

    Raises:
        ConfigError: Great Expectations does not know a rule's type or arguments.
    """
    expectations = [_expectation(number, rule) for number, rule in enumerate(rules)]
    context = _context(docs)
    outcomes: dict[int, Outcome] = {}
    for name, frame in tables.items():
        numbers = [number for number, rule in enumerate(rules) if rule.table == name]
        outcomes |= {number: _absent(rules[number], frame) for number in numbers}
        ready = [number for number in numbers if not outcomes[number].problem]
        results = _validate(context, name, frame, [expectations[number] for number in ready])
        outcomes |= {number: _outcome(rules[number], len(frame), results.get(number)) for number in ready}
    if docs is not None:
        context.build_data_docs(site_names=[_SITE])
    no_table = "there is no such table"
    return tuple(outcomes.get(i) or Outcome(rule=rule, rows=0, problem=no_table) for i, rule in enumerate(rules))


def _context(docs: Path | None) -> Any:
    sites = {}
    if docs is not None:
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs.resolve())}
        index = {"class_name": "DefaultSiteIndexBuilder"}
        sites[_SITE] = {
            "class_name": "SiteBuilder",
            "store_backend": backend,
            "site_index_builder": index,
            "show_how_to_buttons": False,
        }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites=sites,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells every step at level info
    logging.getLogger(_PAGES).addFilter(_raise_again)
    return gx.get_context(mode="ephemeral", project_config=config)


def _raise_again(_record: logging.LogRecord) -> bool:
    """Let a page that cannot be written end the run; Great Expectations logs a traceback and leaves the page out."""
    error = sys.exc_info()[1]
    if isinstance(error, OSError):
        raise error
    return True


def _expectation(number: int, rule: Rule) -> Any:
    try:
        return ExpectationConfiguration(
            type=rule.type,
            kwargs=rule.kwargs,
            severity=rule.severity,
            notes=rule.why,
            meta={"number": number, "level": rule.level, "table": rule.table},
        ).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as error:
        allowed = "an expectation of Great Expectations with its own arguments"
        raise ConfigError(f"rule {label(rule)}: {error}", allowed=allowed, where=str(paths.RULES)) from None


def _validate(context: Any, name: str, frame: pd.DataFrame, expectations: list[Any]) -> dict[int, Any]:
    if not expectations:
        return {}
    name = name.replace(":", "_")  # pages are files of these names
    source = context.data_sources.add_pandas(f"{name}_source")
    batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expectations))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    run = RunIdentifier(run_name="validate", run_time=datetime.now(UTC))  # shown in Data Docs only
    report = definition.run(batch_parameters={"dataframe": _naive(frame)}, result_format=_RESULT_FORMAT, run_id=run)
    return {int(result.expectation_config.meta["number"]): result for result in report.results}


def _naive(frame: pd.DataFrame) -> pd.DataFrame:
    """Number the rows and take time zones off (as UTC): Great Expectations cannot name a zoned dtype."""
    zoned = {name: frame[name].dt.tz_convert(None) for name in frame.select_dtypes("datetimetz")}
    return frame.assign(**zoned).reset_index(drop=True)


def _absent(rule: Rule, frame: pd.DataFrame) -> Outcome:
    absent = [name for name in columns_of(rule) if name not in frame.columns]
    wanted = rule.type != "expect_column_to_exist" and absent
    return Outcome(rule=rule, rows=len(frame), problem=f"there is no column {absent[0]!r}" if wanted else "")


def _outcome(rule: Rule, rows: int, result: Any) -> Outcome:
    if result is None:
        return Outcome(rule=rule, rows=rows, problem="Great Expectations returned no result")
    if problem := next(_problems(result.exception_info), ""):
        return Outcome(rule=rule, rows=rows, problem=problem)
    found = result.result
    if found.get("element_count", rows) != rows:
        return Outcome(rule=rule, rows=rows, problem=f"only {found['element_count']} of {rows} rows were looked at")
    return Outcome(
        rule=rule,
        rows=rows,
        success=bool(result.success),
        unexpected=int(found.get("unexpected_count") or 0),
        missing=int(found.get("missing_count") or 0),
        offenders=np.sort(np.asarray(found.get("unexpected_index_list") or [], dtype=np.int64)),
        observed=str(found.get("observed_value", "")),
    )


def _problems(info: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the first line of every exception; Great Expectations nests them under metric ids, or not."""
    for entry in ((info or {}), *(info or {}).values()):
        if isinstance(entry, Mapping) and entry.get("raised_exception"):
            yield str(entry.get("exception_message") or "an exception").strip().splitlines()[0]
