import json

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import ConfigError
from vaegis.serving.answers import TASKS, read_settings
from vaegis.serving.limits import Limits
from vaegis.serving.rows import read_records


@pytest.fixture
def rows(records, scorer):
    records[2]["heat_c"] = 4_000.0
    records[7].update(mode=None, heat_c=None)
    return read_records(records, scorer, Limits())


def test_scores_are_those_of_the_frame(records, rows, scorer):
    said = TASKS["score"](scorer, rows, read_settings({}, Limits()))
    frame = pd.DataFrame(records)
    np.testing.assert_allclose(said["score"], scorer.score(frame), rtol=1e-6)
    np.testing.assert_allclose(said["pvalue"], scorer.pvalue(frame), atol=1e-3)
    assert said["flag"] == [value <= 0.01 for value in said["pvalue"]]
    json.dumps(said, allow_nan=False)


def test_few_rows_are_answered_as_many_are(records, scorer):
    """Few go by plain numbers, one by a way of its own."""
    settings = read_settings({"false_alarm_rate": 0.5}, Limits())
    many = TASKS["score"](scorer, read_records(records, scorer, Limits()), settings)
    for count in (1, 4, 5):
        few = TASKS["score"](scorer, read_records(records[:count], scorer, Limits()), settings)
        assert few["score"] == pytest.approx(many["score"][:count], rel=1e-5)
        assert (few["pvalue"], few["flag"]) == (many["pvalue"][:count], many["flag"][:count])
        assert set(few["reasons"]) == {row for row in many["reasons"] if int(row) < count}


def test_reasons_are_those_of_explain(records, rows, scorer):
    said = TASKS["score"](scorer, rows, read_settings({"reasons": 4, "false_alarm_rate": 0.999}, Limits()))
    lines = said["reasons"]
    frame = pd.DataFrame(records)
    assert set(lines) == {str(row) for row, flag in enumerate(said["flag"]) if flag}
    assert lines["2"][0]["column"] == "heat_c"
    assert lines["2"][0]["observed"] == 4_000.0
    for row, meant in scorer.explain(frame, top=4).groupby(level=0):
        told = lines.get(str(row), [])
        assert [line["column"] for line in told] == meant["column"].tolist()[: len(told)]
        for line, other in zip(told, meant.to_dict("records"), strict=False):
            assert line["contribution"] == pytest.approx(other["contribution"], rel=1e-4, abs=1e-4)
            if line["low"] is None:
                assert line["expected"] == other["expected"]
            else:
                edges = ("expected", "low", "high")
                assert [line[name] for name in edges] == pytest.approx([other[name] for name in edges], rel=1e-4)


def test_latents_and_reconstructions_are_those_of_the_frame(records, rows, scorer):
    frame, settings = pd.DataFrame(records), read_settings({}, Limits())
    np.testing.assert_allclose(TASKS["encode"](scorer, rows, settings)["latent"], scorer.encode(frame), rtol=1e-6)
    said = TASKS["reconstruct"](scorer, rows, settings)["expected"]
    assert list(said) == scorer.features
    np.testing.assert_allclose(said["load_kw"], scorer.expect(frame)["load_kw"], rtol=1e-6)
    assert said["mode"] == scorer.expect(frame)["mode"].tolist()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"rate": 0.1}, "unknown key 'rate'; allowed: rows, false_alarm_rate, reasons"),
        ({"false_alarm_rate": 0}, "false_alarm_rate is 0"),
        ({"false_alarm_rate": True}, "false_alarm_rate is True"),
        ({"reasons": 11}, "reasons is 11; allowed: 0 to 10"),
        ({"reasons": 2.0}, r"reasons is 2\.0"),
    ],
)
def test_settings_are_strict(said, message):
    with pytest.raises(ConfigError, match=message):
        read_settings(said, Limits())
