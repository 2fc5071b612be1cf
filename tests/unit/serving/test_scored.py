import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.serving.scored import EXPLAINED, plain, score_frame


def test_rows_keep_order_keys_and_time(torch_model, make_machines):
    frame = make_machines(150, seed=2)
    scored = score_frame(torch_model, frame, 0.05)
    assert list(scored.columns) == [
        "machine",
        "at",
        "score",
        "pvalue",
        "flag",
        "column",
        "observed",
        "expected",
        "reasons",
    ]
    pd.testing.assert_frame_equal(scored[["machine", "at"]], frame[["machine", "at"]])
    np.testing.assert_allclose(scored["score"], torch_model.score(frame))
    assert (scored["flag"] == (scored["pvalue"] <= 0.05)).all()


def test_flagged_and_worst_rows_are_explained(torch_model, make_machines):
    frame = make_machines(150, seed=2)
    for rate in (0.0, 0.1):
        scored = score_frame(torch_model, frame, rate)
        worst = scored["score"].nlargest(EXPLAINED).index
        assert scored["column"].notna().sum() == max(EXPLAINED, int(scored["flag"].sum()))
        assert scored.loc[worst, "column"].isin(torch_model.columns).all()


def test_one_wild_value_is_named(torch_model, make_machines):
    frame = make_machines(50, seed=3)
    frame.loc[7, "heat_c"] = 4000.0
    row = score_frame(torch_model, frame, 0.01).loc[7]
    assert (row["column"], row["observed"]) == ("heat_c", "4000.0")
    assert bool(row["flag"])


def test_keys_may_be_absent_features_may_not(torch_model, make_machines):
    frame = make_machines(20)
    assert "machine" not in score_frame(torch_model, frame.drop(columns="machine"), 0.01)
    with pytest.raises(DataError, match="column 'mode' is missing"):
        score_frame(torch_model, frame.drop(columns="mode"), 0.01)


def test_plain_cells():
    assert plain(1 / 3) == 0.333333
    assert plain(pd.Timestamp("2014-01-01", tz="UTC")) == "2014-01-01T00:00:00Z"
    assert plain("x") == "x"
    assert [plain(pd.NaT), plain(pd.NA)] == [None, None], "JSON knows neither"


def test_onnx_gives_the_same_table(torch_model, scorer, make_machines):
    frame = make_machines(400, seed=4)
    frame.loc[::9, "heat_c"] += 60.0
    here, there = (score_frame(judge, frame, 0.05, top=2) for judge in (scorer, torch_model))
    assert (here["flag"] == there["flag"]).all()
    assert (here["column"].fillna("") == there["column"].fillna("")).mean() > 0.99
    flagged = here[here["flag"]]
    assert flagged["reasons"].str.count(", ").eq(1).all()
    assert (flagged["reasons"].str.partition(", ")[0] == flagged["column"]).all()
