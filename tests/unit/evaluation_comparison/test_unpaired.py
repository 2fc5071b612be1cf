"""Every metric is either compared row by row or says why it is not."""

from fnmatch import fnmatchcase

from vaegis.evaluation.comparison.unpaired import UNPAIRED
from vaegis.evaluation.metrics import METRICS


def spared(name):
    """The line that speaks of a metric; gaps are plain text here."""
    return next((line for line in UNPAIRED if fnmatchcase(name, line)), None)


def test_no_metric_is_left_out_in_silence(comparison):
    compared = {item.metric.removeprefix("evaluate/") for item in comparison.differences}
    compared = {"labels/{label}_auroc" if name.startswith("labels/") else name for name in compared}
    assert {name for name in METRICS if name not in compared and not spared(name)} == set()
    assert {name for name in compared if spared(name) not in (None, "latent/*", "detection/*")} == set()


def test_every_line_speaks_of_a_metric():
    assert {spared(name) for name in METRICS} - {None} == set(UNPAIRED)
