"""How well rows are told from usual ones: `Detector` beside other people's detectors on the labelled tables.

One default a protocol, no label and no setting of a table's own. Tables that defaults were chosen on, and those that
were not, are summed up apart. Intervals are over tables: central 95 % of paired bootstraps.

    OMP_NUM_THREADS=1 python -m benchmarks.detection [--seeds 5] [--tables wdbc] [--ablation] [--no-peers] [--json]
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from benchmarks.detection_peers import PEERS, peer_scores, require_pyod
from benchmarks.detection_protocols import PROTOCOLS, Trial
from benchmarks.detection_summary import Record, summarise
from benchmarks.detection_tables import CHOOSING, FRESH, NAMES, load_table
from vaegis.config.score import ScoreConfig
from vaegis.errors import ConfigError
from vaegis.evaluation.detection.ranking import auroc, average_precision
from vaegis.scoring.detector import Detector
from vaegis.scoring.terms import RECIPES

OURS = "hybrid"
MAX_ROWS = 3_000
"""Rows of a table that a seed draws: what a table weighs must not hang on its length."""


def our_scores(trial: Trial, protocol: str, seed: int, *, ablation: bool) -> dict[str, np.ndarray]:
    """Return the score of each mode and, if asked, of each of the hybrid's terms alone."""
    trained = trial.test is trial.train
    scores = {}
    for mode in RECIPES:
        detector = Detector.fit(trial.train, trial.num_levels, ScoreConfig(mode=mode, seed=seed))
        scores[mode] = detector.judge(trial.test, protocol, trained=trained).score_N
        if ablation and mode == OURS:
            terms = detector.judge(trial.test, protocol, trained=trained).term_NT.T
            names = RECIPES[OURS][protocol]
            scores |= {f"{name} alone": term_N for name, term_N in zip(names, terms, strict=True)}
            scores |= {
                f"without {name}": np.delete(terms, position, axis=0).mean(0) for position, name in enumerate(names)
            }
    return scores


def run(tables: Sequence[str], options: argparse.Namespace) -> Iterator[Record]:
    """Yield every method's figures, table by table."""
    for name in tables:
        table = load_table(name)
        for seed in range(options.seeds):
            for protocol, make_trial in PROTOCOLS.items():
                trial = make_trial(table, seed, MAX_ROWS)
                scores = our_scores(trial, protocol, seed, ablation=options.ablation)
                scores |= {} if options.no_peers else {peer: peer_scores(peer, trial, seed) for peer in PEERS}
                for method, score_N in scores.items():
                    pair = score_N[trial.anomalous_N], score_N[~trial.anomalous_N]
                    figures = {"auroc": auroc(*pair), "ap": average_precision(*pair, prevalence=None)}
                    yield Record(protocol=protocol, table=name, seed=seed, method=method, **figures)
        print(f"{name} done", file=sys.stderr)


def groups(tables: Sequence[str]) -> dict[str, list[str]]:
    """Return the tables asked for by what they were for."""
    kinds = {"fresh": FRESH, "choosing": CHOOSING, "all": NAMES}
    return {kind: chosen for kind, names in kinds.items() if (chosen := [name for name in tables if name in names])}


def show(protocol: str, kind: str, count: int, lines: list[dict[str, object]]) -> None:
    """Print one row for each method."""
    print(f"\n{protocol}, {kind}: {count} tables\n{'method':>24} {'AUROC':>6} {'AP':>6}  hybrid above it: AUROC, AP")
    for line in lines:
        gains = " ".join("{:+.3f} [{:+.3f}, {:+.3f}]".format(*line[f"{key}_gain"]) for key in ("auroc", "ap"))
        print(f"{line['method']:>24} {line['auroc']:6.3f} {line['ap']:6.3f}  {gains}")


def main() -> None:
    """Print summaries, or all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--tables", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME")
    parser.add_argument("--ablation", action="store_true", help="also the hybrid's terms alone, and it without each")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not options.no_peers:
        try:
            require_pyod()
        except ConfigError as error:
            parser.error(str(error))
    records = list(run(options.tables, options))
    results = {
        protocol: {
            kind: summarise([record for record in records if record.protocol == protocol], OURS, names)
            for kind, names in groups(options.tables).items()
        }
        for protocol in PROTOCOLS
    }
    if options.json:
        print(json.dumps({"summary": results, "records": [dataclasses.asdict(record) for record in records]}))
        return
    for protocol, kinds in results.items():
        for kind, lines in kinds.items():
            show(protocol, kind, len(groups(options.tables)[kind]), lines)


if __name__ == "__main__":
    main()
