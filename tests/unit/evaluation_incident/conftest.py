"""Three machines over some days, one of them with a fault, in the files that a project keeps them in."""

import numpy as np
import pandas as pd
import pytest

FAULT = pd.Timestamp("2014-03-02 12:00", tz="UTC")
TWIN = pd.Timestamp("2014-03-05 09:00", tz="UTC")
RULE = {"expectation": "expect_column_values_to_be_between", "column": "load_kw", "value": "9999.0"}


def farm(make_machines):
    """Return rows of m1, m2, m3; m1 and m3 have the same fault once: heat far above what the load explains."""
    parts = [
        make_machines(240, seed=seed, start="2014-03-01").assign(machine=name)
        for seed, name in ((11, "m1"), (12, "m2"), (13, "m3"))
    ]
    rows = pd.concat(parts, ignore_index=True)
    for name, moment in (("m1", FAULT), ("m3", TWIN)):
        rows.loc[(rows["machine"] == name) & (rows["at"] == moment), "heat_c"] = 95.0
    return rows


@pytest.fixture(scope="session")
def rows(make_machines):
    return farm(make_machines)


@pytest.fixture(scope="session")
def files(tmp_path_factory, rows, machine_schema):
    """Return the rows, one of m2 set aside, and the lines about it, as `Files`."""
    from vaegis.evaluation.incident.window import Files

    folder = tmp_path_factory.mktemp("incident")
    broken = rows.copy()
    place = int(np.flatnonzero((broken["machine"] == "m2").to_numpy())[30])
    broken.loc[place, "load_kw"] = 9999.0
    broken.to_parquet(folder / "rows.parquet")
    lines = pd.DataFrame([{"row_id": machine_schema.row_ids(broken)[place], **RULE}])
    lines.to_parquet(folder / "quarantine.parquet")
    return Files(rows=folder / "rows.parquet", broken=folder / "quarantine.parquet")


@pytest.fixture(scope="session")
def make_question(files):
    def make(entity="m1", time=str(FAULT), **changes):
        from vaegis.evaluation.incident.card import Question

        known = {"model": "models:/machines@champion", "version": "machines/1", "lineage key": "1234"}
        told = {"files": files, "test": files.rows, "split": None, "rate": 0.01, "origin": known}
        return Question(entity=entity, time=time, **{**told, **changes})

    return make


@pytest.fixture(scope="session")
def card(fitted_machines, make_question):
    from vaegis.evaluation.incident.card import make_card

    return make_card(fitted_machines, make_question())


@pytest.fixture
def fault():
    return FAULT


@pytest.fixture
def twin():
    return TWIN


@pytest.fixture
def rule():
    return RULE
