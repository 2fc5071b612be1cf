"""Names of metrics, topics and numbers as a reader meets them."""

from typing import Final

from vaegis.evaluation.report.material import Score

_WORDS: Final = {
    "auroc": "AUROC",
    "auc": "AUC",
    "ap": "AP",
    "kl": "KL",
    "nll": "NLL",
    "r2": "R²",
    "elbo": "ELBO",
    "ks": "KS",
    "pit": "PIT",
    "pca": "PCA",
    "knn": "kNN",
    "tpr": "TPR",
    "fpr": "FPR",
    "w2": "W2",
    "mi": "MI",
    "tc": "TC",
    "mig": "MIG",
    "dci": "DCI",
    "sap": "SAP",
    "ess": "ESS",
    "c2st": "C2ST",
    "rmse": "RMSE",
    "mae": "MAE",
    "1pct": "1 %",
    "5pct": "5 %",
}
TOPICS: Final = {
    "detection": ("Detection", "Does it find what is wrong, and how often does it cry wolf?"),
    "labels": ("Labels", "Do its scores rank the rows that a label marks?"),
    "reconstruction": ("Reconstruction", "Does it give held-out rows back, column by column?"),
    "calibration": ("Calibration", "Do its predicted spreads mean what they say?"),
    "latent": ("Latent space", "Is the latent used, and does it look like its prior?"),
    "usefulness": ("Usefulness", "Is the latent worth more than the columns it came from?"),
    "synthetic": ("Synthetic rows", "Are generated rows like real ones?"),
    "privacy": ("Privacy", "Do generated rows give away the rows they were learnt from?"),
}


def title_of(name: str) -> str:
    """Write the metric part of a name as words."""
    words = name.rpartition("/")[2].split("_")
    told = " ".join(_WORDS.get(word, word) for word in words)
    return told[:1].upper() + told[1:]


def topic_of(topic: str) -> tuple[str, str]:
    """Return a topic's heading and the question it answers."""
    return TOPICS.get(topic, (topic.replace("_", " ").capitalize(), ""))


def number(value: float | None) -> str:
    """Write a number with four significant digits; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def unit_of(score: Score) -> str:
    """Return the unit as it stands behind a number; shares need none."""
    return "" if score.unit.startswith("share") else score.unit


def value_text(score: Score) -> str:
    """Write a score's value and unit."""
    return f"{number(score.value)} {unit_of(score)}".strip()


def interval_text(score: Score) -> str:
    """Write a score's 95 % interval; empty where there is none."""
    return "" if score.low is None or score.high is None else f"{number(score.low)} to {number(score.high)}"


def sentence(text: str) -> str:
    """Write words as a sentence: a capital first, a full stop last."""
    told = text.strip()
    return f"{told[:1].upper()}{told[1:]}{'' if told[-1:] in ('.', '?', '!', '') else '.'}"


def anchor(name: str) -> str:
    """Return the id of a metric's definition on the page."""
    return "def-" + "".join(letter if letter.isalnum() else "-" for letter in name)
