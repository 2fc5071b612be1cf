"""Names that people filter and compare by; kept stable."""

from typing import Final

EXPERIMENT: Final = "DVC_EXP_NAME"
"""Where DVC tells the stages of an experiment its name."""

# Tags on runs and versions.
ROLE: Final = "vaegis.role"
LINEAGE_KEY: Final = "vaegis.lineage_key"
RUN_KEY: Final = "vaegis.run_key"
PROCESS: Final = "vaegis.process"
"""Who trains: host, process and folder, to tell a training from what a killed one left."""
CONTENT_DIGEST: Final = "vaegis.content_digest"
ARTIFACT_MANIFEST: Final = "vaegis.artifact_manifest"
"""SHA-256 of the list of all files of the logged model."""
TRANSACTION: Final = "vaegis.transaction"
"""On the registered model: the digest of the intent by which its protected aliases were last moved."""
VERDICT: Final = "vaegis.verdict"
VERDICT_KEY: Final = "vaegis.verdict_key"
REASONS: Final = "vaegis.reasons"
DATA_FINGERPRINT: Final = "vaegis.data_fingerprint"
ROWS_DIGEST: Final = "vaegis.rows_digest"
NOTE: Final = "mlflow.note.content"
"""MLflow shows it as the run's description."""
EVIDENCE_RUN: Final = "vaegis.evidence_run"

# MLflow's statuses of a run.
RUNNING: Final = "RUNNING"
FINISHED: Final = "FINISHED"
FAILED: Final = "FAILED"
KILLED: Final = "KILLED"

CANDIDATE: Final = "candidate"
BASELINE: Final = "baseline"

# Aliases.
CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
PREVIOUS: Final = "previous"
PROTECTED: Final = (CHAMPION, PREVIOUS)
"""Only a transaction with a record in the audit log moves them."""

# Artifacts.
EVIDENCE: Final = "evidence"
REPORT: Final = "report.html"
EVIDENCE_METRICS: Final = f"{EVIDENCE}/metrics.json"

CURVES: Final = (
    "train/loss",
    "train/reconstruction",
    "train/kl",
    "train/beta",
    "val/elbo",
    "val/rate",
    "val/active_units",
    "val/decoder_use",
)
"""The curves of training that a run shows; what else was watched stands in the history file among its artifacts."""

HEADLINE: Final = (
    "evaluate/reconstruction/nll",
    "evaluate/reconstruction/mean_r2",
    "evaluate/latent/active_units",
    "evaluate/latent/rate",
    "evaluate/latent/aggregate_kl",
    "evaluate/detection/injected_auroc",
    "evaluate/detection/best_baseline_auroc",
    "evaluate/detection/injected_ap",
    "evaluate/detection/false_alarm_rate",
    "evaluate/labels/mean_auroc",
    "evaluate/synthetic/rule_pass_rate",
    "evaluate/calibration/residual_std",
)
"""The metrics of a run, those of them that its table has; everything else measured is in its artifacts."""
