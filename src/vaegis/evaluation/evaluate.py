"""Judge the candidate and its deterministic twin on one bench; files in, files out."""

import logging

import pandas as pd
import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from vaegis import paths
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema, load_rules
from vaegis.durable import replacing
from vaegis.evaluation.bench import build_bench, score_model
from vaegis.evaluation.case import Case
from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.draw import draw_figures
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.references import load_references
from vaegis.evaluation.rows import load_rows
from vaegis.evaluation.write import write_evidence, write_metrics, write_plots, write_tables
from vaegis.fitted.model import FittedModel

_LOG = logging.getLogger(__name__)


def evaluate_models(config: EvaluateConfig, split: SplitConfig) -> None:
    """Write metrics, tables, plots and figures of the candidate, metrics and figures of its twin."""
    torch.set_num_threads(1)
    with threadpool_limits(limits=1, user_api="blas"):  # sums in one order: the same bytes however many cores
        _evaluate(config, split)


def _evaluate(config: EvaluateConfig, split: SplitConfig) -> None:
    schema = TableSchema.load(paths.SCHEMA)
    candidate, twin = FittedModel.load(paths.CANDIDATE), FittedModel.load(paths.BASELINE)
    bench = build_bench(
        load_rows(paths.CLEAN_ROWS, schema, split, config.max_rows),
        load_references(paths.REFERENCES, schema),
        load_rules(paths.RULES),
        load_derivation(schema, paths.FEATURE_REPO),
        config,
    )
    rivals = {"autoencoder": score_model(twin, bench), **bench.baselines}
    evidence = gather(Case(model=candidate, bench=bench, rivals=rivals, tier=config.tier))
    # The twin is there to be compared with: its numbers, not how sure they are.
    twin_evidence = gather(Case(model=twin, bench=bench, rivals=bench.baselines, tier="fast", replicates=0))
    for judged, history, figures in (
        (evidence, paths.CANDIDATE_HISTORY, paths.FIGURES),
        (twin_evidence, paths.BASELINE_HISTORY, paths.BASELINE_FIGURES),
    ):
        with replacing(figures) as folder:
            folder.mkdir()
            draw_figures(folder, judged, pd.read_csv(history))
    digests = {"candidate": candidate.content_digest, "baseline": twin.content_digest}
    write_tables(paths.EVALUATION_TABLES, bench, evidence, digests)
    write_plots(paths.EVALUATION_PLOTS, evidence)
    write_metrics(paths.BASELINE_METRICS, twin_evidence)
    write_evidence(paths.EVIDENCE, evidence)
    write_metrics(paths.METRICS, evidence)
    own, best = (evidence.measured[f"detection/{name}"].estimate for name in ("injected_auroc", "best_baseline_auroc"))
    _LOG.info("injected faults: AUROC %s, best baseline %s", own.text(), best.text())
