import pandas as pd

from vaegis.simulation.stress import pool_rows, stress_sets


def test_every_edge_holds_rows_that_lie_at_it(model):
    pool = model.sample(pool_rows(20, 0.05), seed=1)
    made = stress_sets(model, pool, 20, 0.05)
    assert set(made["stress"]) >= {"x low", "x high", "y low", "y high", "w low", "w high", "least usual"}
    assert made.groupby("stress").size().max() == 20
    low = made[made["stress"] == "y low"]
    assert low["y"].max() <= pool["y"].quantile(0.05)
    odd = made[made["stress"] == "least usual"]
    assert model.score(odd).min() >= model.score(pool).quantile(0.94)


def test_rare_levels_and_gaps_are_edges(model):
    pool = pd.DataFrame(model.sample(400, seed=1))
    pool["unit"] = ["b"] * 10 + ["a"] * 390
    pool.loc[5:8, "w"] = float("nan")
    made = stress_sets(model, pool, 20, 0.05)
    assert (made[made["stress"] == "unit b"]["unit"] == "b").all()
    assert len(made[made["stress"] == "w missing"]) == 4
