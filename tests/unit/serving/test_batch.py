import gc
import signal
import subprocess
import sys
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from vaegis.errors import DataError
from vaegis.serving import batch
from vaegis.serving import pieces as module
from vaegis.serving.batch import Task, score_pieces
from vaegis.serving.pieces import Pieces

TASK = Task(model="machines/7", content_digest="abc", rate=0.02)
KILLED = """
import os, signal, sys
from pathlib import Path
from vaegis.serving import batch, pieces
from vaegis.serving.scorer import Scorer
pieces.PIECE_ROWS = 100
told = []
def tell(rows):
    told.append(rows)
    if len(told) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
task = batch.Task(model="machines/7", content_digest="abc", rate=0.02)
batch.score_pieces(Scorer.load(sys.argv[1]), pieces.Pieces.of(Path("in")), task, Path("out.parquet"), tell)
"""


class StoppedError(Exception):
    pass


@pytest.fixture
def source(tmp_path, monkeypatch, make_machines):
    monkeypatch.setattr(module, "PIECE_ROWS", 100)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    rows = make_machines(550, seed=3)
    rows.loc[::50, "heat_c"] = 400.0
    rows[:300].to_parquet("in/a.parquet")
    rows[300:].to_parquet("in/b.parquet")
    return rows


def run(scorer, output, task=TASK, tell=lambda rows: None):
    return score_pieces(scorer, Pieces.of(Path("in")), task, Path(output), tell)


def test_one_file_holds_every_row_its_reasons_and_who_said_so(source, scorer, tmp_path):
    done = run(scorer, "out.parquet")
    scored = pd.read_parquet("out.parquet")
    assert (done.rows, done.resumed, done.flagged) == (550, 0, int(scored["flag"].sum()))
    np.testing.assert_allclose(scored["score"], scorer.score(source), rtol=1e-6)
    assert scored["at"].tolist() == source["at"].tolist()
    assert set(scored["model"]) == {"machines/7"}
    assert set(scored["content_digest"]) == {"abc"}
    assert scored.loc[::50, "reasons"].str.startswith("heat_c").all()
    assert done.worst["score"].tolist() == scored["score"].nlargest(5).tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.parquet"]


def test_a_folder_holds_parts_and_a_receipt(source, scorer):
    run(scorer, "out")
    assert len(pd.read_parquet("out", columns=["score"])) == 550
    assert len(list(Path("out").iterdir())) == 7


def test_a_run_that_stopped_is_taken_up_and_ends_in_the_same_bytes(source, scorer):
    run(scorer, "whole.parquet")
    told = []

    def stop(rows):
        told.append(rows)
        if len(told) == 4:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(scorer, "out.parquet", tell=stop)
    assert not Path("out.parquet").exists(), "nothing half-done is seen"
    done = run(scorer, "out.parquet")
    assert (done.rows, done.resumed) == (550, 4)
    assert Path("out.parquet").read_bytes() == Path("whole.parquet").read_bytes()


def test_a_killed_process_is_taken_up(source, served_bundle, scorer):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(served_bundle)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert run(scorer, "out.parquet").resumed == 3


@pytest.mark.parametrize("change", ["model", "files"])
def test_parts_of_another_model_or_of_other_rows_are_not_used(source, scorer, change):
    with pytest.raises(StoppedError):
        run(scorer, "out.parquet", tell=lambda rows: (_ for _ in ()).throw(StoppedError))
    task = Task(model="machines/8", content_digest="def", rate=0.02) if change == "model" else TASK
    if change == "files":
        source[:300].assign(heat_c=1.0).to_parquet("in/a.parquet")
    assert run(scorer, "out.parquet", task).resumed == 0
    assert set(pd.read_parquet("out.parquet")["model"]) == {task.model}


def test_rows_that_cannot_be_scored_say_in_which_file_they_are(source, scorer):
    source[300:].assign(heat_c="warm").to_parquet("in/b.parquet")
    with pytest.raises(DataError, match=r"^in/b\.parquet: column 'heat_c' holds 'warm' \(str\) in 100 rows; allowed"):
        run(scorer, "out.parquet")
    assert not Path("out.parquet").exists()


@pytest.mark.parametrize("output", ["out", "out.parquet"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.assign(at=rows["at"].astype("datetime64[ns, UTC]")),
        lambda rows: rows.assign(at=rows["at"].dt.tz_localize(None)),
        lambda rows: rows.assign(at=rows["at"].astype(str)),
        lambda rows: rows.assign(machine=rows["machine"].astype("category")),
        lambda rows: rows.assign(machine=None),
        lambda rows: rows.drop(columns="machine"),
        lambda rows: rows.drop(columns="at"),
        lambda rows: rows.drop(columns=["machine", "at"]),
    ],
)
def test_files_that_name_their_rows_otherwise_become_one_table(source, scorer, change, first, output):
    changed = change(source[:300] if first else source[300:])
    changed.to_parquet("in/a.parquet" if first else "in/b.parquet")
    assert run(scorer, output).rows == 550
    scored = pd.read_parquet(output)
    for name in ("machine", "at"):
        meant = source[name].copy()
        if name not in changed or changed[name].isna().all():
            meant[changed.index] = None
        assert scored[name].dtype == source[name].dtype
        pd.testing.assert_series_equal(scored[name], meant)
    assert len({str(pq.read_schema(file)) for file in sorted(Path().glob("out*/part*"))}) <= 1


def test_pieces_of_another_form_are_not_used(source, scorer, monkeypatch):
    monkeypatch.setattr(batch, "_FORM", 1)
    with pytest.raises(StoppedError):
        run(scorer, "out.parquet", tell=lambda rows: (_ for _ in ()).throw(StoppedError))
    monkeypatch.setattr(batch, "_FORM", 2)
    assert run(scorer, "out.parquet").resumed == 0


def test_long_whole_keys_stay_what_they_are(source, scorer):
    columns = [replace(column, dtype="int64") if column.role == "key" else column for column in scorer.schema.columns]
    judge = replace(scorer, schema=replace(scorer.schema, columns=tuple(columns)))
    keys = pd.Series(2**60 + np.arange(550))
    source[:300].assign(machine=keys[:300]).to_parquet("in/a.parquet")
    source[300:].assign(machine=None).to_parquet("in/b.parquet")
    run(judge, "out.parquet")
    scored = pq.read_table("out.parquet")["machine"].to_pylist()
    assert scored == [*keys[:300].tolist(), *[None] * 250]
    source[300:].to_parquet("in/b.parquet")
    with pytest.raises(
        DataError, match=r"^in/b\.parquet: column 'machine' holds values of another type; allowed: int64"
    ):
        run(judge, "other.parquet")


def test_keys_and_times_that_are_none_say_in_which_file_they_are(source, scorer):
    source[300:].assign(at="soon").to_parquet("in/b.parquet")
    with pytest.raises(DataError, match=r"^in/b\.parquet: column 'at' holds 'soon' \(str\) in 100 rows"):
        run(scorer, "out.parquet")
    source[300:].assign(machine=7).to_parquet("in/b.parquet")
    with pytest.raises(DataError, match=r"^in/b\.parquet: column 'machine' holds 7 \(int\) in 100 rows"):
        run(scorer, "out.parquet")


def test_without_an_output_nothing_is_written(source, scorer, tmp_path):
    done = score_pieces(scorer, Pieces.of(tmp_path / "in"), TASK, None)
    assert done.rows == 550
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_memory_does_not_grow_with_the_rows(source, scorer, tmp_path):
    """A piece is let go before the next is read: no more than two are ever alive."""
    read, most = [], 0

    class Watched:
        schema, calibration, content_digest = scorer.schema, scorer.calibration, ""

        def score(self, rows):
            nonlocal most
            read.append(weakref.ref(rows))
            gc.collect()
            most = max(most, sum(one() is not None for one in read))
            return scorer.score(rows)

        def explain(self, rows, top):
            return scorer.explain(rows, top)

    gc.freeze()  # what lived before is not searched again for every piece
    try:
        score_pieces(Watched(), Pieces.of(tmp_path / "in"), TASK, tmp_path / "out.parquet")
    finally:
        gc.unfreeze()
    assert most <= 2
