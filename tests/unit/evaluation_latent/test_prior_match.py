"""A model whose latents are the prior's own draws, and one whose are not."""

from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import findings, prior_match
from vaegis.evaluation.latent.prior_match import METRICS


@pytest.fixture
def drawn(case):
    """Return a function: the case with posteriors that are points, drawn from N(shift, 1)."""

    def make(shift):
        rng, found = np.random.default_rng(1), {}
        for role, rows in (
            (findings.learnt, case.rows.train),
            (findings.judged, case.test),
            (findings.few_judged, case.test),
        ):
            few = rows.head(1200)
            found[role] = findings.Codes(few, shift + rng.normal(size=(len(few), 4)), np.zeros((len(few), 4)))
        return replace(case, found=found)

    return make


def test_latents_drawn_from_the_prior_match_it(drawn):
    same = drawn(0.0)
    values = {name.partition("/")[2]: spec.compute(same) for name, spec in METRICS.items() if "hole" not in name}
    assert values["aggregate_kl"].value < 0.05
    assert values["sliced_w2_ratio"].value < 1.5
    assert values["prior_auroc"].value == pytest.approx(0.5, abs=0.05)
    assert values["prior_auroc"].low < 0.5 < values["prior_auroc"].high
    assert values["prior_uncovered_share"].value == pytest.approx(0.01, abs=0.01)


def test_latents_from_elsewhere_do_not(drawn):
    moved = drawn(2.0)
    assert prior_match.aggregate_kl(moved).value == pytest.approx(8.0, rel=0.1), "four dimensions, 2^2 / 2 each"
    assert prior_match.sliced("sliced_w2_ratio")(moved).value > 5
    assert prior_match.prior_auroc(moved).value > 0.9
    assert prior_match.uncovered_share(moved).value > 0.3


def test_intervals_hold_the_estimate(case):
    distances = [prior_match.sliced(figure) for figure in ("sliced_w2", "sliced_w2_ratio")]
    for compute in (prior_match.aggregate_kl, prior_match.prior_auroc, prior_match.hole_share, *distances):
        estimate = compute(case)
        assert estimate.low <= estimate.value <= estimate.high


def test_the_ratio_is_as_sure_as_the_distance(case):
    distance, null, ratio = (METRICS[f"latent/sliced_w2{end}"].compute(case) for end in ("", "_null", "_ratio"))
    assert null.low is None
    for end in ("low", "value", "high"):
        assert getattr(ratio, end) == pytest.approx(getattr(distance, end) / null.value)


def test_no_hole_is_not_known_for_certain(case):
    share = prior_match.hole_share(case)
    assert share.rows == case.config.sample_rows
    assert share.value > 0 or share.high > 0.01, "200 draws without a hole leave room for one in a hundred"


@pytest.mark.parametrize("name", METRICS)
def test_an_autoencoder_has_none_of_them(twin_case, name):
    with pytest.raises(NotComputable, match="a deterministic autoencoder has no prior"):
        METRICS[name].compute(twin_case)
