"""Compare the candidate with the version it would follow."""

import logging
import tempfile
from pathlib import Path

from vaegis import paths
from vaegis.config.compare import CompareConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig
from vaegis.errors import ArtifactError, DataError
from vaegis.evaluation.comparison.ask import Contender
from vaegis.evaluation.comparison.compare import compare
from vaegis.evaluation.comparison.load import load_compared, task_of
from vaegis.evaluation.comparison.words import tell_verdict
from vaegis.registry.opponent import Compared, Opponent
from vaegis.registry.stored_version import fetch_version

_LOG = logging.getLogger(__name__)


def compare_with(opponent: Opponent, model: str) -> Compared:
    """Fetch the opponent and measure both on the project's held-out rows and faults.

    An opponent that cannot be asked about these rows is a result, with its reason.
    """
    evaluate, resampling = load_section("evaluate", EvaluateConfig), load_section("compare", CompareConfig)
    metrics = {}
    try:
        with tempfile.TemporaryDirectory() as name:
            stored = fetch_version(f"models:/{model}/{opponent.version}", Path(name))
            metrics = dict(stored.metrics)
            champion = Contender(label=opponent.label, bundle=stored.bundle, code=stored.code)
            candidate = Contender(label="the candidate", bundle=paths.CANDIDATE)
            rows = load_compared(evaluate, load_section("split", SplitConfig))
            found = compare(candidate, champion, rows, task_of(evaluate, resampling))
    except (ArtifactError, DataError) as error:
        _LOG.warning("not compared with %s: %s", opponent.label, error)
        return Compared(opponent=opponent, metrics=metrics, comparison=None, reason=str(error))
    _LOG.info("%s", tell_verdict(found))
    return Compared(opponent=opponent, metrics=metrics, comparison=found.to_json())
