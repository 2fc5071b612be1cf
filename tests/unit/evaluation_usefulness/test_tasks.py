from dataclasses import replace

import numpy as np
import pytest

from vaegis.errors import ConfigError
from vaegis.evaluation.references import Reference
from vaegis.evaluation.usefulness.tasks import Task, find_tasks


def found(bench, declared=(), **changes):
    rows = replace(bench.rows, **changes)
    return find_tasks(rows.train, rows.test, rows.schema, bench.derive, bench.references, declared)


def test_labels_and_what_the_curve_explains_are_the_tasks(bench):
    assert found(bench) == [
        Task(target="stopped", kind="classification"),
        Task(target="outage", kind="classification"),
        Task(target="heat_c", kind="regression", hidden=("heat_c",)),
    ]


def test_what_follows_from_the_target_is_hidden_too(bench):
    [task] = found(bench, ["tilt_sin"])
    assert task.hidden == ("tilt_sin",)
    schema = replace(
        bench.rows.schema,
        columns=tuple(
            replace(column, role="feature") if column.name == "share" else column
            for column in bench.rows.schema.columns
        ),
    )
    [task] = found(replace(bench, rows=replace(bench.rows, schema=schema)), ["load_kw"])
    assert task.hidden == ("load_kw", "share"), "the share is load over rating"


def test_without_a_curve_the_first_amount_that_varies(bench):
    plain = replace(bench, references=())
    assert found(plain)[-1].target == "load_kw"
    assert found(plain, train=bench.rows.train.assign(load_kw=1.0))[-1].target == "heat_c"
    context = replace(bench, references=(Reference(name="a", x="load_kw", y="share", bin_width=1.0),))
    assert found(context)[-1].target == "load_kw", "the model does not know the share, so it cannot be its task"


@pytest.mark.parametrize("role", ["train", "test"])
def test_a_label_that_marks_too_few_rows_is_no_task(bench, role):
    frame = getattr(bench.rows, role).copy()
    frame["stopped"] = 0.0
    frame.loc[frame.index[:9], "stopped"] = 1.0
    assert "stopped" not in [task.target for task in found(bench, **{role: frame})]
    frame.loc[frame.index[:10], "stopped"] = 1.0
    assert "stopped" in [task.target for task in found(bench, **{role: frame})]


def test_a_table_of_one_column_leaves_nothing_to_learn_from(bench):
    still = {column.name: 1.0 for column in bench.rows.schema.features if column.name not in ("heat_c", "mode")}
    lonely = bench.rows.train.assign(**still, mode="slow")
    assert "heat_c" not in [task.target for task in found(bench, train=lonely)]
    assert "heat_c" in [task.target for task in found(bench, train=lonely.assign(mode=bench.rows.train["mode"]))]


def test_a_label_that_nobody_knows_is_no_task(bench):
    unknown = bench.rows.test.assign(stopped=np.nan, outage=np.nan, heat_c=np.nan)
    assert found(bench, test=unknown) == []


def test_a_declared_target_must_be_a_column_that_can_be_one(bench):
    with pytest.raises(ConfigError, match=r"evaluate.targets names 'mode'; allowed: .*load_kw.*params.yaml"):
        found(bench, ["mode"])
    assert [task.target for task in found(bench, ["note", "stopped"])] == ["note", "stopped"]
    assert found(bench, ["note"])[0].hidden == (), "no input follows from it"
