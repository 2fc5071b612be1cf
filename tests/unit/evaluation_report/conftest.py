"""Evidence of a model that nobody trained: what a report is made from, and a verdict on it."""

import io

import numpy as np
import pandas as pd
import pytest


def score(name, value=0.5, **changes):
    from vaegis.evaluation.report.material import Score

    told = {"low": None, "high": None, "rows": 100, "unit": "share", "direction": "higher"}
    words = {"definition": f"what {name} is", "reading": "1 is perfect"}
    return Score(name=name, value=value, **{**told, **words, **changes})


def picture(width=200, height=100):
    from PIL import Image

    buffer = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(buffer, format="PNG")
    return buffer.getvalue()


SCRIPT = "<script>alert(1)</script>"


def tables():
    cells = [("all", np.nan, 90), ("stuck", np.nan, 30), ("bias", 2.0, 60)]
    lines = [(scorer, *cell) for scorer in ("model", "pca") for cell in cells]
    detection = pd.DataFrame(lines, columns=["scorer", "kind", "size", "rows"])
    months = {"month": ["2015-01", "2015-02"], "rows": [10, 12], "model": [0.0, 0.1]}
    latents = {"dimension": ["z_0", "z_1"], "kl": [0.01, 2.0], "mean_variance": [0.0, 1.0], "active": [0, 1]}
    columns = {"column": ["heat_c", SCRIPT], "unit": ["degC", None], "rmse": [1.5, np.nan], "r2": [0.3, np.nan]}
    curve = {"x": [0.0, 1.0], "rows": [5, 5], "real": [1.0, 2.0], "spread": [0.1, 0.1], "generated": [1.1, np.nan]}
    scores = {"score": [0.0, 1.0, 2.0], "normal": [0.8, 0.2, 0.0], "faults": [0.1, 0.3, 0.6]}
    return {
        "detection": detection.assign(auroc=[0.9, 0.6, 0.95, 0.7, 0.5, 0.8], ap=0.4),
        "score_histogram": pd.DataFrame(scores),
        "false_alarms_by_month": pd.DataFrame(months),
        "kl_per_dimension": pd.DataFrame(latents),
        "columns": pd.DataFrame({**columns, "accuracy": [np.nan, 0.8], "majority": [np.nan, 0.6]}),
        "curve": pd.DataFrame({**curve, "reference": "c"}),
        "history": pd.DataFrame({"step": [1, 2, 3], "val/elbo": [-9.0, -5.0, -4.0]}),
    }


@pytest.fixture
def make_score():
    return score


@pytest.fixture
def make_picture():
    return picture


@pytest.fixture
def material():
    from vaegis.evaluation.report.material import Material

    scores = (
        score("detection/injected_auroc", 0.9, low=0.85, high=0.93, rows=17_000),
        score("latent/rate", 3.0, unit="nats per row", direction="neutral"),
        score("reconstruction/nll", None, reason="a deterministic autoencoder has no likelihood", unit="nats per row"),
        score("synthetic/rule_pass_rate", 0.97),
    )
    about = {"rows": 1_000, "normal_rows": 900, "days": 40, "first": "2015-01-01T00", "last": "2015-03-01T00"}
    return Material(
        scores=scores,
        tables=tables(),
        titles={"detection": "One row for each scorer"},
        figures={"latent_map": picture(), "detection": picture(), "privacy_distances": picture(40, 40)},
        rows={**about, "rows_digest": "d" * 64},
    )


@pytest.fixture
def make_gate():
    from vaegis.governance.gates import GateResult

    def make(name="finds faults", metric="evaluate/detection/injected_auroc", status="passed", **changes):
        told = {"required": True, "value": 0.9, "bound": 0.7, "condition": ">= 0.7", "reason": "0.9 is >= 0.7"}
        return GateResult(name=name, metric=metric, status=status, why="use", **{**told, **changes})

    return make


@pytest.fixture
def make_verdict():
    from vaegis.governance.verdict import Verdict

    def make(*gates):
        refused = any(gate.refuses for gate in gates)
        return Verdict(
            decision="refused" if refused else "promoted",
            content_digest="c" * 64,
            policy_digest="p" * 64,
            compared_with="no champion yet",
            gates=gates,
        )

    return make


@pytest.fixture
def verdict(make_gate, make_verdict):
    asked = {"value": 0.97, "bound": 0.95, "condition": ">= 0.95"}
    tight = make_gate("obeys the rules", "evaluate/synthetic/rule_pass_rate", **asked)
    return make_verdict(make_gate(), tight)


@pytest.fixture
def comparison():
    from vaegis.evaluation.comparison.comparison import Comparison
    from vaegis.evaluation.comparison.difference import Difference

    def item(metric, verdict, **changes):
        told = {"unit": "share", "direction": "higher", "rows": 50, "candidate": 0.9, "champion": 0.8}
        moved = {"difference": 0.1, "low": 0.05, "high": 0.15, "verdict": verdict}
        return Difference(metric=metric, **{**told, **moved, **changes})

    nothing = {"difference": None, "low": None, "high": None, "reason": "other columns"}
    return Comparison(
        candidate={"label": "the candidate", "content_digest": "c", "kind": "vae"},
        champion={"label": "champion, version 3", "content_digest": "b", "kind": "vae"},
        rows={"rows": 1_000, "faults": 200, "blocks": 40, "block": "day", "digest": "d"},
        differences=(
            item("evaluate/detection/injected_auroc", "better"),
            item("evaluate/detection/false_alarm_rate", "worse", direction="lower"),
            item("evaluate/reconstruction/nll", "not computable", **nothing),
            item("columns/heat_c/r2", "within noise", low=-0.1),
            item("evaluate/latent/rate", "moved", direction="neutral"),
        ),
        unpaired={"synthetic/*": "each version generates rows of its own"},
    )


@pytest.fixture
def about():
    from vaegis.evaluation.report.cards import About

    return About(name="machines", kind="vae", owner="Ann", origin={"content digest": "c" * 64})


@pytest.fixture
def page(material, about, verdict, comparison):
    from vaegis.evaluation.report.write import make_report

    return make_report(material, about, verdict, comparison).page
