"""Why some metrics of two versions are not held against each other row by row."""

from typing import Final

_GAP = "a largest gap, not a mean over rows"
_TOGETHER = "one figure of all latents together, not a mean over rows"
_DIMENSIONS = "no dimension of one version's latent belongs to one of the other's"
_FITTED = "something is fitted on each version's own latents for it, which a comparison does not do again"
_OTHERS = "another scorer's, fitted by stage `evaluate` on each version's own training rows"
_BANDS = "each version's own band; the nearer to its level the better, so neither way is"
_TRUST = "how far a version's own bound can be trusted; the bound is compared as reconstruction/nll"
_THRESHOLD = "its threshold comes from each version's own scores; their order is compared as detection/injected_auroc"
_EPISODES = "counts episodes, not rows; their rows are compared as detection/injected_auroc"

UNPAIRED: Final[dict[str, str]] = {
    "reconstruction/worst_column_r2": "the worst column may be another one in each; every column is compared by itself",
    "reconstruction/mean_coverage": _BANDS,
    "reconstruction/coverage_50": _BANDS,
    "reconstruction/coverage_90": _BANDS,
    "reconstruction/worst_slice_error": "the worst part of the rows may be another one in each",
    "reconstruction/distortion": "compared as latent/distortion",
    "reconstruction/elbo": "its halves are compared as latent/rate and latent/distortion",
    "reconstruction/nll_512": _TRUST,
    "reconstruction/nll_64_less_512": _TRUST,
    "reconstruction/effective_samples": _TRUST,
    "reconstruction/amortisation_gap": _TRUST,
    "reconstruction/approximation_gap": _TRUST,
    "calibration/*": "a largest gap, or a spread, of all residuals together, not a mean over rows",
    "latent/active_units": _DIMENSIONS,
    "latent/active_share": _DIMENSIONS,
    "latent/mutual_information": "an estimate from all pairs of a version's own latents, not a mean over rows",
    "latent/total_correlation": "an estimate from all pairs of a version's own latents, not a mean over rows",
    "latent/interpolation_*": "the way between two rows leads through each version's own latent space",
    "latent/r2_gain_over_pca": _FITTED,
    "latent/mig": _DIMENSIONS,
    "latent/sap": _DIMENSIONS,
    "latent/dci_*": _FITTED,
    "latent/seed_*": "compares a version with its own other seeds",
    "latent/*": _TOGETHER,
    "detection/injected_recall_at_rate": _THRESHOLD,
    "detection/injected_tpr_at_fpr_*": _THRESHOLD,
    "detection/event_*": _EPISODES,
    "detection/worst_month_false_alarm_rate": "the worst month may be another one in each",
    "detection/alarms_per_month": "counts runs of alarms, not rows; rows are compared as detection/false_alarm_rate",
    "detection/pvalue_ks": _GAP,
    "detection/*": _OTHERS,
    "labels/mean_*": "a mean over labels, each of which is compared by itself",
    "labels/{label}_ap": "depends on how frequent a label is; the order is compared as labels/{label}_auroc",
    "labels/{label}_prevalence": "a property of the rows, the same for both",
    "labels/{label}_{scorer}_auroc": _OTHERS,
    "usefulness/*": _FITTED,
    "synthetic/*": "each version generates rows of its own, so no row of one belongs to a row of the other",
    "privacy/*": "asked of each version's own training rows and of rows that it generates",
}
"""`topic/metric` -> the reason. A `*` stands for the rest of a name; the first line that fits counts."""
