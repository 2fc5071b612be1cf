"""The method is chosen by what is given; each is held against brute force in tests/statistical/test_generator.py."""

import numpy as np
import pytest

from vaegis.generation import given
from vaegis.generation.draw import BLOCK_ROWS, Drawer
from vaegis.generation.given import draw_given


@pytest.fixture(scope="module")
def drawer(generator):
    return Drawer(generator.codec, generator.network)


def codes(generator, **values):
    found = {}
    for name, value in values.items():
        x = generator.codec.names.index(name)
        found[x] = np.repeat(generator.codec.codes[x].levels.index(value) + 1, 400)
    return found


@pytest.mark.parametrize(
    ("values", "method"),
    [
        ({"kind": "box"}, "exact"),
        ({"kind": "box", "heavy": "1"}, "exact"),
        ({"heavy": "1"}, "rejection"),
        ({"lost": "no"}, "rejection"),
    ],
)
def test_method_follows_the_order_of_the_columns(generator, drawer, values, method):
    wanted = codes(generator, **values)
    drawn = draw_given(drawer, wanted, 400, seed=0)
    assert drawn.method == method
    assert drawn.codes_NX.shape == drawn.inside_NX.shape == (400, 4)
    assert drawn.effective_rows == 400
    for x, code in wanted.items():
        assert (drawn.codes_NX[:, x] == code).all()


def test_rare_values_are_weighted_until_enough_rows_count(generator, drawer, monkeypatch):
    monkeypatch.setattr(given, "MIN_ACCEPTED", 0.5)
    wanted = codes(generator, lost="yes")
    drawn = draw_given(drawer, wanted, 400, seed=0)
    assert drawn.method == "importance"
    assert drawn.effective_rows >= 800
    assert drawn.effective_rows < drawn.drawn_rows
    assert (drawn.codes_NX[:, 3] == wanted[3]).all()
    again = draw_given(drawer, wanted, 400, seed=0)
    assert (again.codes_NX == drawn.codes_NX).all()
    assert (again.inside_NX == drawn.inside_NX).all()


def test_drawing_ends_and_says_what_it_came_to(generator, drawer, monkeypatch):
    monkeypatch.setattr(given, "MIN_ACCEPTED", 0.5)
    monkeypatch.setattr(given, "MAX_BLOCKS", 1)
    wanted = {x: np.repeat(code[:1], 5_000) for x, code in codes(generator, lost="yes").items()}
    drawn = draw_given(drawer, wanted, 5_000, seed=0)
    assert drawn.drawn_rows == BLOCK_ROWS
    assert drawn.effective_rows < 2 * 5_000
    assert len(drawn.codes_NX) == 5_000


def test_each_row_gets_its_own_values(generator, drawer):
    wanted = {3: np.tile([1, 2], 200), 0: np.repeat([1, 2], 200)}
    drawn = draw_given(drawer, wanted, 400, seed=0)
    for x, code in wanted.items():
        assert (drawn.codes_NX[:, x] == code).all()
