import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.simulation.provenance import provenance, read_provenance, write_simulated
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.simulate import simulate


def test_a_file_says_what_it_is_and_the_same_scenario_gives_the_same_bytes(model, tmp_path):
    scenario = Scenario(rows=30, hold={"unit": "a"}, seed=4)
    made = simulate(model, scenario)
    write_simulated(tmp_path / "a.parquet", made, "models/x")
    write_simulated(tmp_path / "b.parquet", simulate(model, scenario), "models/x")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    told = read_provenance(tmp_path / "a.parquet")
    assert told == provenance(made, "models/x")
    assert (told["synthetic"], told["seed"], told["acceptance"]) == (True, 4, 1.0)
    assert Scenario.of(told["scenario"]) == scenario
    assert pd.read_parquet(tmp_path / "a.parquet").equals(made.rows)


def test_other_files_are_not_taken_for_simulated_ones(tmp_path, rows):
    rows.to_parquet(tmp_path / "real.parquet")
    with pytest.raises(DataError, match="says nothing of its origin"):
        read_provenance(tmp_path / "real.parquet")
