import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from vaegis.bundle import attach
from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.fitted import graph
from vaegis.serving.scorer import Scorer

CLOSE = 1e-5  # both sum in single precision, in another order
NO_TORCH = """
import sys
sys.modules["torch"] = None  # an import of it fails, as where it is not installed
import pandas as pd
from vaegis.serving.scorer import Scorer
scorer = Scorer.load(sys.argv[1])
print(scorer.score(pd.read_parquet(sys.argv[2])).sum())
"""


@pytest.fixture(scope="module")
def rows(make_machines):
    return make_machines(20_000, seed=9)


def test_scores_are_torchs(scorer, torch_model, rows):
    here, there = scorer.score(rows), torch_model.score(rows)
    assert apart(here, there).max() < CLOSE
    assert here.index.equals(rows.index)


def test_pvalues_are_torchs(scorer, torch_model, rows):
    """Where rounding takes a score past a calibration row, its p-value jumps by one rank; past two, hardly ever."""
    ranks = len(scorer.calibration.scores_M) + 1
    here, there = scorer.pvalue(rows), torch_model.pvalue(rows)
    passed = ((here - there) * ranks).round().abs()
    assert passed.max() <= 2
    assert 2 / ranks < 1e-3
    assert (passed == 0).mean() > 0.998
    assert ((here <= 0.01) == (there <= 0.01)).mean() > 0.999


def test_latents_are_torchs(scorer, torch_model, rows):
    here, there = scorer.encode(rows), torch_model.encode(rows)
    assert (there.std() > 0.1).all(), "one answer for all rows would pass too"
    assert here.index.equals(there.index)
    assert apart(here, there).max(axis=None) < CLOSE


def test_expected_values_are_torchs(scorer, torch_model, rows):
    here, there = scorer.expect(rows), torch_model.expect(rows)
    assert list(here) == list(there)
    assert here.index.equals(there.index)
    for name in ("load_kw", "heat_c", "tilt_deg"):
        assert there[name].nunique() > 1_000, "one answer for all rows would pass too"
        mean, std = rows[name].mean(), rows[name].std()  # what a unit is worth differs by column
        assert apart((here[name] - mean) / std, (there[name] - mean) / std).max() < CLOSE, name
    # Steps: rounding moves a row to the next one only from where it lies between two.
    for name in ("parts", "mode", "running"):
        assert (here[name] == there[name]).mean() > 0.999, name


def apart(here, there):
    """Return how far they are from each other, over one plus the size."""
    return (here - there).abs() / (1.0 + there.abs())


def test_reasons_are_torchs(scorer, torch_model, rows):
    few = rows.head(200).assign(load_kw=lambda frame: frame["load_kw"] + 500.0)
    here, there = scorer.explain(few, top=2), torch_model.explain(few, top=2)
    assert list(here) == list(there)
    assert (here["column"].to_numpy() == there["column"].to_numpy()).mean() > 0.99
    for name in ("contribution", "expected", "low", "high"):
        same = here["column"].to_numpy() == there["column"].to_numpy()
        numbers = [pd.to_numeric(frame.loc[same, name], errors="coerce").to_numpy(float) for frame in (here, there)]
        np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-3)


def test_it_needs_no_torch(served_bundle, scorer, rows, tmp_path):
    rows.head(50).to_parquet(tmp_path / "rows.parquet")
    told = subprocess.run(
        [sys.executable, "-c", NO_TORCH, str(served_bundle), str(tmp_path / "rows.parquet")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert float(told.stdout) == pytest.approx(scorer.score(rows.head(50)).sum())


def test_no_rows_and_wrong_rows(scorer, rows):
    assert scorer.score(rows.head(0)).empty
    assert list(scorer.explain(rows.head(0))) == ["column", "contribution", "observed", "expected", "low", "high"]
    with pytest.raises(DataError, match="column 'mode' is missing"):
        scorer.score(rows.drop(columns="mode"))


def test_a_bundle_without_it_or_with_an_altered_one_is_refused(torch_model, served_bundle, tmp_path):
    torch_model.save(tmp_path / "plain")
    with pytest.raises(ArtifactError, match=r"has no model\.onnx"):
        Scorer.load(tmp_path / "plain")
    altered = shutil.copytree(served_bundle, tmp_path / "altered")
    content = bytearray((altered / graph.FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (altered / graph.FILE).write_bytes(content)
    with pytest.raises(ArtifactError, match=r"model\.onnx was altered"):
        Scorer.load(altered)
    attach(altered, graph.FILE, b"no graph")
    with pytest.raises(ArtifactError, match=r"model\.onnx cannot be read"):
        Scorer.load(altered)


@pytest.mark.slow
def test_a_score_that_only_torch_computes_is_refused_and_the_rest_answered(make_machines, tmp_path):
    import vaegis
    from vaegis.fitted.export import attach_onnx

    config = {"train": {"epochs": 1, "hidden": [8]}, "score": {"mode": "parametric"}, "generator": {"kind": "none"}}
    model = vaegis.fit(make_machines(300)[["load_kw", "heat_c"]], config)
    model.save(tmp_path / "bundle")
    attach_onnx(model, tmp_path / "bundle")
    scorer, few = Scorer.load(tmp_path / "bundle"), make_machines(20, seed=2)
    with pytest.raises(ConfigError, match="scores by 'parametric'"):
        scorer.score(few)
    assert apart(scorer.encode(few), model.encode(few)).max(axis=None) < CLOSE


def test_what_is_read_is_what_json_says(scorer, machine_schema):
    assert scorer.features == ["load_kw", "heat_c", "parts", "tilt_deg", "mode", "running"]
    assert json.loads(json.dumps(scorer.schema.to_json())) == json.loads(json.dumps(machine_schema.to_json()))
