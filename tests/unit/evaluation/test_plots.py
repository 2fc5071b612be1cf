from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from vaegis.evaluation.plots import PLOTS

ROOT = Path(__file__).resolve().parents[3]
SHOWN = {
    Path(file): fields
    for plot in yaml.safe_load((ROOT / "dvc.yaml").read_text())["plots"]
    for about in plot.values()
    for file, fields in about["y"].items()
    if "evaluation" in file
}


class Measurement:
    """Evidence, as far as plots are concerned."""

    def __init__(self, tables):
        self.tables, self.curves = tables, {}


FULL = Measurement(
    {
        "detection": pd.DataFrame(
            {
                "scorer": ["model", "model", "knn"],
                "kind": ["bias", "stuck", "bias"],
                "size": [2.0, np.nan, 2.0],
                "auroc": [0.9, 0.8, 0.7],
            }
        ),
        "false_alarms_by_month": pd.DataFrame({"month": ["2015-01"], "rows": [7], "model": [0.1], "knn": [0.2]}),
        "slices": pd.DataFrame({"slice": ["month", "mode"], "value": ["2015-01", "on"], "ratio": [1.2, 0.9]}),
    }
)


def test_plots_are_of_the_model_alone():
    assert PLOTS["faults"](FULL).values.tolist() == [["bias 2", 0.9], ["stuck", 0.8]]
    assert PLOTS["false_alarms"](FULL).to_dict("list") == {"month": ["2015-01"], "flagged": [0.1]}
    assert PLOTS["parts"](FULL)["part"].tolist() == ["month 2015-01", "mode on"]


@pytest.mark.parametrize("path", SHOWN, ids=str)
def test_dvc_finds_the_fields_that_it_draws_even_where_there_is_nothing(path):
    fields = SHOWN[path]
    table = PLOTS[path.stem](Measurement({}))
    assert set([fields] if isinstance(fields, str) else fields) <= set(table.columns)
    assert table.empty
