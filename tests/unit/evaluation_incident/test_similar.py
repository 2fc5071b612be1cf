import numpy as np
import pandas as pd
import pytest

from vaegis.config.split import SplitConfig
from vaegis.evaluation.incident import similar
from vaegis.evaluation.incident.similar import blame_NX, find_similar, likeness_N


def search(model, files, rows, schema, fault, **changes):
    row = rows[(rows["machine"] == "m1") & (rows["at"] == fault)]
    own = ("m1", fault, blame_NX(model.contributions(row))[0])
    return find_similar(model, files.rows, schema, changes.get("split"), own, changes.get("rate", 0.01))


def test_the_same_fault_of_another_machine_is_among_the_likeliest(
    fitted_machines, files, rows, machine_schema, fault, twin
):
    found = search(fitted_machines, files, rows, machine_schema, fault)
    likeliest = {(incident.entity, incident.time): incident.likeness for incident in found.found}
    assert likeliest["m3", twin] > 0.9
    assert found.found[0].lines["column"].iloc[0] == "heat_c"
    likeness = [incident.likeness for incident in found.found]
    assert likeness == sorted(likeness, reverse=True)
    assert found.searched == found.of == len(rows)


def test_one_incident_is_told_once_and_ones_own_never(fitted_machines, tmp_path, files, rows, machine_schema, fault):
    lasting = pd.concat([rows[rows["machine"] != "m2"], rows[rows["machine"] == "m2"].assign(heat_c=95.0)])
    lasting.to_parquet(tmp_path / "rows.parquet")
    later = type(files)(rows=tmp_path / "rows.parquet")
    found = search(fitted_machines, later, rows, machine_schema, fault, rate=0.05).found
    assert len(found) == 3
    names = [(incident.entity, incident.time) for incident in found]
    for place, (entity, time) in enumerate(names):
        others = [("m1", fault), *names[:place]]
        assert all(entity != other or abs(time - when) > pd.Timedelta(hours=12) for other, when in others)


def test_only_test_rows_are_searched(fitted_machines, files, rows, machine_schema, fault):
    split = SplitConfig(test_from="2014-03-05", gap_hours=0)
    found = search(fitted_machines, files, rows, machine_schema, fault, split=split)
    assert found.searched == (rows["at"] >= "2014-03-05").sum()
    assert all(incident.time >= pd.Timestamp("2014-03-05", tz="UTC") for incident in found.found)


def test_too_many_rows_are_thinned_and_that_is_said(fitted_machines, files, rows, machine_schema, fault, monkeypatch):
    monkeypatch.setitem(similar.MOST, "elbo", 100)
    found = search(fitted_machines, files, rows, machine_schema, fault)
    assert (found.searched, found.of) == (100, len(rows))


def test_nothing_flagged_is_nothing_found(fitted_machines, files, rows, machine_schema, fault):
    found = search(fitted_machines, files, rows, machine_schema, fault, rate=0.0)
    assert (found.found, found.flagged) == ((), 0)


def test_likeness_is_one_for_the_same_blame_and_zero_for_none_in_common():
    shares = blame_NX(pd.DataFrame([[2.0, 2.0, -9.0], [-1.0, 0.0, 5.0], [0.0, 0.0, 0.0]]))
    assert shares[0] == pytest.approx([0.5, 0.5, 0.0])
    assert likeness_N(shares[0], shares) == pytest.approx(np.array([1.0, 0.0, 0.0]))
