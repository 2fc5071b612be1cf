import numpy as np
import pandas as pd
import pytest

from vaegis.inference.kinds import guess_kind
from vaegis.inference.profile import profile, sampled_rows

rng = np.random.default_rng(0)
N = 2000


def kind(values, name):
    return guess_kind(profile(pd.Series(values, name=name), sampled_rows(len(values)))).kind


CASES = {
    "a running number": ("x", np.arange(N), "identifier"),
    "years that run on are no names": ("year", np.arange(1000, 1300), "numeric"),
    "numbers no two of which are equal": ("x", rng.permutation(N * 10)[:N], "identifier"),
    "an id that comes three times": ("customer_id", rng.integers(0, N // 3, N), "identifier"),
    "an id that comes often": ("store_id", rng.integers(0, 40, N), "category"),
    "postal codes": ("zip", rng.choice(rng.integers(10_000, 99_999, 50), N), "category"),
    "telephone numbers": ("phone", rng.integers(10**8, 10**9, N), "identifier"),
    "patients in blocks": ("subject", np.repeat(np.arange(1, 501), 4), "identifier"),
    "directions": ("wind_direction", rng.integers(0, 37, N) * 10, "angle"),
    "directions around zero": ("heading", rng.uniform(-180.0, 180.0, N), "angle"),
    "a temperature in degrees": ("temp_deg_c", rng.uniform(-20.0, 300.0, N), "numeric"),
    "a small angle is an amount": ("angle", rng.uniform(0.0, 30.0, N), "numeric"),
    "longitude": ("longitude", rng.uniform(-180.0, 180.0, N), "numeric"),
    "years": ("built_year", rng.integers(1950, 2020, N), "numeric"),
    "months": ("month", rng.integers(1, 13, N), "category"),
    "hours of the day": ("hour", rng.integers(0, 24, N), "category"),
    "hours that something took": ("hours", rng.integers(0, 24, N), "numeric"),
    "rare events": ("x", rng.poisson(0.8, N), "count"),
    "many of something": ("visits", rng.integers(0, 9, N), "count"),
    "what came less what went": ("net_count", rng.integers(-2, 3, N), "numeric"),
    "classes": ("x", rng.integers(1, 4, N), "category"),
    "classes from 0 on, equally often": ("x", np.arange(N) % 3, "category"),
    "grades": ("satisfaction_score", rng.integers(1, 6, N), "category"),
    "an outcome": ("outcome", rng.choice([0, 1, 2], N, p=[0.7, 0.2, 0.1]), "category"),
    "few amounts": ("weight_kg", rng.choice([5, 10, 20], N), "numeric"),
    "skewed whole numbers": ("x", rng.lognormal(5.0, 1.5, N).astype(int), "count"),
    "prices in whole units": ("price", rng.lognormal(5.0, 1.5, N).astype(int), "numeric"),
    "ages": ("age", rng.integers(18, 90, N), "numeric"),
    "whole numbers of both signs": ("x", rng.integers(-50, 50, N), "numeric"),
    "a blood pressure": ("x", rng.normal(120, 15, N).astype(int), "numeric"),
}


@pytest.mark.parametrize("case", CASES)
def test_number(case):
    name, values, expected = CASES[case]
    assert kind(values, name) == expected


def test_gaps_do_not_change_what_whole_numbers_are():
    visits = rng.poisson(0.8, N).astype(float)
    visits[::10] = np.nan
    assert kind(visits, "x") == "count"
