import json

import numpy as np
import pytest
from safetensors.numpy import load, save

from vaegis.scoring.packing import pack, unpack


@pytest.mark.parametrize("name", ["detector", "parametric"])
@pytest.mark.parametrize("asked", ["novelty", "outlier"])
def test_scores_are_the_same_bits_after_saving(request, make_batch, name, asked):
    fitted = request.getfixturevalue(name)
    arrays, record = pack(fitted)
    again = unpack(load(save(arrays)), json.loads(json.dumps(record)))
    rows = make_batch(300, seed=8, missing=0.1)
    assert again.score_N(rows, asked).tolist() == fitted.score_N(rows, asked).tolist()
    trained = make_batch(400, missing=0.03)
    assert again.rank_N(trained, asked).tolist() == fitted.rank_N(trained, asked).tolist()


def test_packing_twice_gives_the_same_bytes(detector):
    arrays, record = pack(unpack(*pack(detector)))
    first, first_record = pack(detector)
    assert save(arrays) == save(first)
    assert record == first_record


def test_parametric_packs_no_row(parametric):
    arrays, _ = pack(parametric)
    assert all(arrays[f"rows.{name}"].size == 0 for name in ("values", "codes", "observed"))
    assert sum(array.nbytes for array in arrays.values()) < 400_000
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
