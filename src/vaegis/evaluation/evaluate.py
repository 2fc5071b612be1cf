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
from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.draw import draw_figures
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.references import load_references
from vaegis.evaluation.report import write_metrics, write_plots, write_tables
from vaegis.evaluation.rows import load_rows
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
    judged = (
        (candidate, gather(candidate, bench, rivals), paths.CANDIDATE_HISTORY, paths.FIGURES),
        (twin, gather(twin, bench, bench.baselines), paths.BASELINE_HISTORY, paths.BASELINE_FIGURES),
    )
    for model, evidence, history, figures in judged:
        with replacing(figures) as folder:
            folder.mkdir()
            draw_figures(folder, model, bench, evidence, pd.read_csv(history))
    evidence, twin_evidence = judged[0][1], judged[1][1]
    digests = {"candidate": candidate.content_digest, "baseline": twin.content_digest}
    write_tables(paths.EVALUATION_TABLES, bench, evidence, digests)
    write_plots(paths.EVALUATION_PLOTS, evidence)
    write_metrics(paths.BASELINE_METRICS, twin_evidence)
    write_metrics(paths.METRICS, evidence)
    detection = evidence.metrics["detection"]
    _LOG.info(
        "injected faults: AUROC %.3f, best baseline %.3f",
        detection["injected_auroc"],
        detection.get("best_baseline_auroc", float("nan")),
    )
