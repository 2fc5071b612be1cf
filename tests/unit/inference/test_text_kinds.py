import numpy as np
import pandas as pd
import pytest

from vaegis.inference.kinds import guess_kind
from vaegis.inference.profile import profile, sampled_rows

rng = np.random.default_rng(0)
N = 2000
REMARKS = ["nothing to report", "belt was loose", "no access to the site"]

CASES = {
    "levels": ("colour", rng.choice(["red", "green", "blue"], N), "category", True),
    "very many levels": ("tail", [f"N{i}" for i in rng.integers(0, 150, N)], "category", True),
    "codes of one thing each": ("part", [f"P-{i:05d}" for i in range(N)], "identifier", False),
    "codes of few things each": ("serial_no", [f"P-{i % 700}" for i in range(N)], "identifier", False),
    "sentences": ("x", [f"the pump number {i} was looked at and is well" for i in range(N)], "text", False),
    "remarks that come again": ("remarks", rng.choice(REMARKS, N), "text", False),
    "long levels": (
        "education",
        rng.choice(["less than nine years of school", "some college"] * 2 + ["x"], N),
        "category",
        True,
    ),
    "times of day": ("time", [f"{i % 24:02d}:{i % 60:02d}" for i in range(N)], "text", False),
}


@pytest.mark.parametrize("case", CASES)
def test_text(case):
    name, values, kind, is_feature = CASES[case]
    found = guess_kind(profile(pd.Series(values, name=name, dtype=object), sampled_rows(N)))
    assert (found.kind, found.is_feature) == (kind, is_feature), found.reason
