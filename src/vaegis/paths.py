"""Every file the pipeline reads or writes, named once, relative to the project root (where DVC runs the stages)."""

from pathlib import Path
from typing import Final

PARAMS: Final = Path("params.yaml")
DVC_FILE: Final = Path("dvc.yaml")
DVC_LOCK: Final = Path("dvc.lock")
MONITOR_FILE: Final = Path("pipelines/dvc.yaml")
MONITOR_LOCK: Final = MONITOR_FILE.with_name("dvc.lock")
FEATURE_REPO: Final = Path("feature_repo")
RULES: Final = FEATURE_REPO / "expectations.json"
REFERENCES: Final = FEATURE_REPO / "references.json"
OVERLAY: Final = FEATURE_REPO / "contract.json"
"""Tags beside those of a Feast repository that lies elsewhere and stays as it is."""

# The store: what Feast reads. Not a DVC output, so corrected rows put there by hand or by a feed survive.
STORE: Final = Path("data/store")
STORE_RECEIPT: Final = STORE / "receipt.json"
FEAST_STATE: Final = Path("data/feast")
PUBLISHED: Final = Path("data/published")
"""What was given back to the store: a Feast repository of its own, no output of a stage, for versions add up in it."""

# In a project that `vaegis init` made: which vaegis is installed.
CODE: Final = Path("data/code.json")

INGESTED: Final = Path("data/ingested.json")
SOURCE_STATE: Final = Path("data/source_state.json")

PULLED_ROWS: Final = Path("data/pulled/rows.parquet")
PULLED_DUPLICATES: Final = Path("data/pulled/duplicates.parquet")
PULLED_SOURCE_KEYS: Final = Path("data/pulled/source_keys.parquet")
PULLED_COVERAGE: Final = Path("data/pulled/coverage.parquet")
PULLED_JOINED: Final = Path("data/pulled/joined")
SCHEMA: Final = Path("data/pulled/schema.json")

CLEAN_ROWS: Final = Path("data/validated/clean.parquet")
QUARANTINE: Final = Path("data/validated/quarantine.parquet")
VALIDATION_REPORT: Final = Path("reports/validation/report.json")
VALIDATION_DOCS: Final = Path("reports/validation/docs")
ADMITTED: Final = Path("data/admitted.json")

CANDIDATE: Final = Path("models/candidate")
CANDIDATE_HISTORY: Final = Path("models/candidate_history.csv")
BASELINE: Final = Path("models/baseline")
BASELINE_HISTORY: Final = Path("models/baseline_history.csv")

MODEL_REFERENCE: Final = Path("models/candidate_reference.safetensors")
"""Sums over the rows that the candidate comes from: what new rows are held against."""

METRICS: Final = Path("reports/evaluation/metrics.json")
EVIDENCE: Final = Path("reports/evaluation/evidence.json")
BASELINE_METRICS: Final = Path("reports/evaluation/baseline_metrics.json")
EVALUATION_TABLES: Final = Path("reports/evaluation/tables")
EVALUATION_PLOTS: Final = Path("reports/evaluation/plots")
FIGURES: Final = Path("reports/evaluation/figures")
BASELINE_FIGURES: Final = Path("reports/evaluation/baseline_figures")

COMPARISON: Final = Path("reports/comparison.json")
REPORT: Final = Path("reports/report.html")
CARDS: Final = Path("reports/cards")

REGISTRATION: Final = Path("reports/registration.json")
VERDICT: Final = Path("reports/verdict.json")
PUBLICATION: Final = Path("reports/publication.json")

# Governance: what people decide, under version control.
TRUST: Final = Path("trust.yaml")
REQUIREMENTS: Final = Path("requirements.yaml")
APPROVALS: Final = Path("approvals")
LOCKFILE: Final = Path("requirements.lock")

# Trials and other tables, each a project of its own in a folder of this one.
WORKSPACES: Final = Path("workspaces")

# What `vaegis monitor` has judged, and its pages: yours to keep, no output of a stage.
MONITORING: Final = Path("monitoring")

# What `vaegis explain` writes: pages about single rows.
INCIDENTS: Final = Path("incidents")

SCRATCH: Final = Path(".scratch")
MLRUNS: Final = Path("mlruns")
