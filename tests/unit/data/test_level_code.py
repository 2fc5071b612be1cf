import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.data.level_code import MAX_LEVELS, LevelCode
from vaegis.data.number_code import MIN_ROWS


def texts(*names: str | None) -> pd.Series:
    return pd.Series(names, dtype="object")


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=80), st.integers(0, 3))
def test_codes_survive_decoding(names, num_missing):
    column = texts(*names, *[None] * num_missing)
    code = LevelCode.fit(Counter(names), num_missing)
    codes = code.encode(column)
    drawn = code.decode(codes, np.random.default_rng(0).random(len(codes)))
    assert (code.encode(pd.Series(drawn, dtype="object")) == codes).all()
    assert {name for name in drawn if name is not None} <= set(names)
    assert ((codes == 0) == column.isna()).all()


def test_rare_names_share_a_code_and_come_back_by_frequency():
    code = LevelCode.fit(Counter(often=90, seldom=6, once=2), 2)
    assert code.levels == ("often",)
    assert code.encode(texts("often", "seldom", "once", "never", None)).tolist() == [1, 2, 2, 2, 0]
    drawn = code.decode(np.full(8_000, 2), np.random.default_rng(0).random(8_000))
    assert set(drawn) == {"seldom", "once"}
    assert (drawn == "seldom").mean() == pytest.approx(0.75, abs=0.02)
    assert code.mass_L.tolist() == pytest.approx([0.02, 0.9, 0.08])


def test_a_single_rare_name_stays_itself_and_a_stranger_is_missing():
    code = LevelCode.fit(Counter(often=90, once=1), 0)
    assert code.levels == ("often", "once")
    assert code.encode(texts("never")).tolist() == [0]
    assert not code.missing


def test_a_name_is_known_if_training_saw_it_however_rarely():
    texts = pd.Series(["often", "once", "twice", "never", None])
    for num_missing in (0, 1):
        code = LevelCode.fit(Counter(often=MIN_ROWS, once=1, twice=2), num_missing)
        assert code.knows(texts).tolist() == [True, True, True, False, bool(num_missing)]


def test_number_of_levels_is_bounded_by_frequency():
    counts = Counter({f"name {number}": MIN_ROWS + number for number in range(MAX_LEVELS + 50)})
    code = LevelCode.fit(counts, 0)
    assert code.num_levels == MAX_LEVELS + 2
    assert len(code.rare) == 50
    assert max(code.rare_count) < min(counts[name] for name in code.levels)


def test_numbers_come_back_as_numbers():
    code = LevelCode.fit(Counter({"1": 20, "2.5": 20, "7": 3, "8": 3}), 1)
    drawn = code.decode(np.asarray([0, 1, 2, 3, 3]), np.asarray([0, 0, 0, 0, 0.9]), as_number=True)
    assert drawn.tolist()[1:] == [1.0, 2.5, 7.0, 8.0]
    assert np.isnan(drawn[0])


def test_json_keeps_everything():
    code = LevelCode.fit(Counter(often=90, seldom=6, once=2), 2)
    assert LevelCode.from_json(json.loads(json.dumps(code.to_json()))) == code
