import numpy as np
import pandas as pd
import pytest

from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError, DataError
from vaegis.registry.answer import TASKS, answer
from vaegis.serving.scored import EXPLAINED, score_frame


@pytest.fixture
def rows(make_machines) -> pd.DataFrame:
    return make_machines(60, seed=3)


def test_everything_at_once_is_bit_equal_to_each_by_itself(untrained, rows) -> None:
    odd = rows.assign(heat_c=np.nan, mode="reverse").set_axis([7] * len(rows))
    for frame in (rows, odd, rows.head(1), rows.iloc[:0]):
        whole = answer(untrained, frame, {})
        parts = [answer(untrained, frame, {"task": task}) for task in ("score", "encode", "reconstruct")]
        pd.testing.assert_frame_equal(whole, pd.concat(parts, axis=1), check_exact=True)
        assert whole.index.equals(frame.index)


@pytest.mark.parametrize("task", TASKS)
def test_rows_are_read_once(untrained, rows, monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    calls = []
    encode = TableTransform.encode
    monkeypatch.setattr(TableTransform, "encode", lambda self, frame: calls.append(frame) or encode(self, frame))
    answer(untrained, rows, {"task": task})
    assert len(calls) == 1


def test_columns_say_what_they_are(untrained, rows) -> None:
    names = list(answer(untrained, rows, {}))
    rebuilt = [f"reconstructed_{name}" for name in untrained.columns]
    assert names == ["score", "pvalue", "flag", "z_0", "z_1", "z_2", *rebuilt]


def test_the_rate_sets_the_flag_and_nothing_else(untrained, rows) -> None:
    few, many = (answer(untrained, rows, {"task": "score", "false_alarm_rate": rate}) for rate in (0.01, 0.5))
    assert few["flag"].sum() < many["flag"].sum()
    assert many["flag"].equals(many["pvalue"] <= 0.5)
    assert few.drop(columns="flag").equals(many.drop(columns="flag"))


def test_reasons_are_those_of_the_command(untrained, rows) -> None:
    rows = rows.assign(heat_c=rows["heat_c"].where(rows.index != 7, 4000.0))
    told = answer(untrained, rows, {"task": "score", "false_alarm_rate": 0.2, "reasons": 2})
    assert told["flag"].sum() > EXPLAINED  # else the command explains more rows than are flagged
    assert told["reasons"][7].startswith("heat_c, ")
    pd.testing.assert_series_equal(
        told["reasons"], score_frame(untrained, rows, 0.2, top=2)["reasons"].fillna("").astype(object)
    )


def test_reasons_of_none_and_of_rows_of_one_name(untrained, rows) -> None:
    asked = {"task": "score", "reasons": 3, "false_alarm_rate": 1e-6}
    assert (answer(untrained, rows, asked)["reasons"] == "").all()
    assert list(answer(untrained, rows.head(0), asked)) == ["score", "pvalue", "flag", "reasons"]
    same = answer(untrained, rows.set_axis([7] * len(rows)), {**asked, "false_alarm_rate": 0.2})
    other = answer(untrained, rows, {**asked, "false_alarm_rate": 0.2})
    pd.testing.assert_frame_equal(same.reset_index(drop=True), other)


@pytest.mark.parametrize("reasons", [-1, 1.5, "2", True])
def test_a_number_of_reasons_is_a_whole_one(untrained, rows, reasons) -> None:
    with pytest.raises(ConfigError, match=f"reasons is {reasons!r}; allowed: a whole number, 0 or more"):
        answer(untrained, rows, {"task": "score", "reasons": reasons})


def test_records_and_columns_are_tables_too(untrained, rows) -> None:
    frame = rows[untrained.columns].dropna().head(3)
    expected = answer(untrained, frame, {}).reset_index(drop=True)
    pd.testing.assert_frame_equal(answer(untrained, frame.to_dict(orient="records"), {}), expected)
    pd.testing.assert_frame_equal(answer(untrained, frame.to_dict(orient="list"), {}), expected)
    pd.testing.assert_frame_equal(answer(untrained, frame.iloc[0].to_dict(), {}), expected.head(1))


@pytest.mark.parametrize("rows", ["text", [1, 2], None])
def test_what_is_no_table_is_refused(untrained, rows) -> None:
    with pytest.raises(DataError, match="predict was given a"):
        answer(untrained, rows, {})


@pytest.mark.parametrize(
    "params", [{"task": "dance"}, {"false_alarm_rate": 0}, {"false_alarm_rate": "low"}, {"reasons": 2}]
)
def test_wrong_parameters_are_refused_before_the_rows_are_looked_at(untrained, params) -> None:
    with pytest.raises(ConfigError, match=r"predict\(frame, params="):
        answer(untrained, "text", params)
