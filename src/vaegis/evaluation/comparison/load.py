"""The project's own evaluation rows and faults, for a comparison."""

from vaegis import paths
from vaegis.config.compare import CompareConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.evaluation.bench import put_faults
from vaegis.evaluation.comparison.compare import Task
from vaegis.evaluation.comparison.rows import ComparedRows
from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.rows import load_rows


def load_compared(config: EvaluateConfig, split: SplitConfig) -> ComparedRows:
    """Read the test rows and put the same faults into them as stage `evaluate` does."""
    schema = TableSchema.load(paths.SCHEMA)
    rows = load_rows(paths.CLEAN_ROWS, schema, split, config.max_rows)
    _, injected = put_faults(rows, load_derivation(schema, paths.FEATURE_REPO), config)
    return ComparedRows.of(schema, rows.test, injected.frame)


def task_of(config: EvaluateConfig, compare: CompareConfig) -> Task:
    """Ask of each model as much as stage `evaluate` does."""
    return Task(
        rate=config.false_alarm_rate,
        nll_rows=config.nll_rows,
        nll_samples=config.nll_samples,
        seed=config.seed,
        resamples=compare.resamples,
    )
