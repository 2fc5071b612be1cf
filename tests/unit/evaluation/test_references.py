import json

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.evaluation.references import Reference, load_references


def test_a_missing_file_means_no_curve(tmp_path, world):
    assert load_references(tmp_path / "references.json", world.SCHEMA) == ()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"bin_width": 0}, ConfigError, "bin_width is 0"),
        ({"wide": 1}, ConfigError, "wide"),
        ({"x": "load"}, DataError, "no column 'load'"),
        ({"y": "mode"}, ConfigError, "column 'mode' is not a number"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path, world, change, error, message):
    path = tmp_path / "references.json"
    path.write_text(json.dumps([world.REFERENCES[0] | change]))
    with pytest.raises(error, match=message):
        load_references(path, world.SCHEMA)


def test_a_curve_is_the_median_in_bins():
    frame = pd.DataFrame({"x": np.repeat([0.5, 1.5, 2.5], [30, 30, 3]), "y": 0.0})
    frame.loc[30:59, "y"] = np.arange(30.0)
    curve = Reference(name="c", x="x", y="y", bin_width=1.0).curve(frame)
    assert curve["x"].tolist() == [0.5, 1.5]
    assert curve["median"].tolist() == [0.0, 14.5]
    assert curve["rows"].tolist() == [30, 30]
    assert curve["spread"].tolist() == pytest.approx([0.0, 7.5 * 1.4826])


def test_missing_values_are_left_out():
    frame = pd.DataFrame({"x": [0.5] * 25 + [np.nan] * 25, "y": [1.0] * 24 + [np.nan] + [9.0] * 25})
    curve = Reference(name="c", x="x", y="y", bin_width=1.0).curve(frame)
    assert curve["rows"].tolist() == [24]
