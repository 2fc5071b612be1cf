import json

import numpy as np
import pandas as pd
import pytest

import vaegis
from vaegis.data.tables import as_frame
from vaegis.durable import canonical_json
from vaegis.fitted.form import TableForm
from vaegis.fitted.model import FittedModel
from vaegis.inference.frame import contract_of

TRAIN = {"epochs": 1, "latent_dim": 2, "hidden": [8], "accelerator": "cpu"}
SMALL = {"train": TRAIN, "score": {"mode": "elbo"}, "generator": {"min_steps": 20, "epochs": 1}}
RANDOM = np.random.default_rng(0)
LOAD = RANDOM.normal(size=80)
TABLE = pd.DataFrame(
    {
        "plain": LOAD,
        "single": LOAD.astype("float32"),
        "nullable": pd.array(np.where(LOAD > 1.0, None, LOAD.round()), dtype="Int64"),
        "small": RANDOM.poisson(3, 80).astype("int8"),
        "arrow": pd.Series(RANDOM.poisson(3, 80)).astype("int64[pyarrow]"),
        "yes": LOAD > 0.0,
        "perhaps": pd.array([True, None, False, True] * 20, dtype="boolean"),
        "objects": [True, None, False, True] * 20,
        "text": pd.array(["x", "y"] * 40, dtype="string[pyarrow]"),
        "grade": pd.Categorical([1, 2, 3, 2] * 20, ordered=True),
        "band": pd.cut(LOAD, [-np.inf, 0.0, np.inf]),
    }
)


@pytest.fixture(scope="module", params=["autoregressive", "none"])
def model(request):
    return vaegis.fit(TABLE, {**SMALL, "generator": {**SMALL["generator"], "kind": request.param}})


def test_drawn_rows_have_the_dtypes_of_the_table_and_values_of_its_own(model):
    drawn = model.sample(200, seed=1)
    assert drawn.dtypes.to_dict() == TABLE.dtypes.to_dict()
    assert set(drawn["objects"].dropna().map(type)) == {bool}
    assert set(drawn["grade"]) <= {1, 2, 3}
    assert np.isfinite(model.score(drawn)).all()
    for made in (model.reconstruct(TABLE), model.impute(TABLE)):
        assert made.dtypes.to_dict() == TABLE.dtypes.to_dict()
        assert set(made["objects"].map(type)) == {bool}


def test_a_model_that_comes_back_draws_the_same(model, tmp_path):
    digest = model.save(tmp_path / "bundle")
    again = FittedModel.load(tmp_path / "bundle")
    assert again.form == model.form
    assert again.save(tmp_path / "again") == digest
    pd.testing.assert_frame_equal(again.sample(20), model.sample(20))


def test_what_explains_is_of_the_kind_of_what_it_explains(model):
    told = model.explain(TABLE.head(40), top=len(TABLE.columns)).dropna(subset=["observed"])
    for name, kind in {"yes": bool, "objects": bool, "grade": int, "text": str, "band": pd.Interval}.items():
        lines = told[told["column"] == name]
        assert set(lines["observed"].map(type)) == set(lines["expected"].map(type)) == {kind}, name


def test_levels_are_given_by_the_values_that_they_have():
    few = TABLE[["plain", "grade"]]
    model = vaegis.fit(few, SMALL)
    for given in ({"grade": 2}, {"grade": "2"}, few.iloc[[1]][["grade"]]):
        assert model.sample(3, given)["grade"].tolist() == [2, 2, 2]


def test_without_a_form_a_model_gives_what_the_contract_says(model):
    from dataclasses import replace

    bare = replace(model, form=None)
    parts = bare.pack()
    assert "form.json" not in parts
    assert set(model.pack()) - set(parts) == {"form.json"}
    drawn = bare.sample(20)
    assert (drawn["yes"].dtype, drawn["small"].dtype) == (np.dtype(bool), np.dtype("int64"))


def test_a_form_is_the_same_in_memory_and_as_json():
    schema, _ = contract_of(TABLE)
    form = TableForm.of(TABLE, TABLE, schema.inputs)
    record = canonical_json(form.to_json())
    assert TableForm.from_json(json.loads(record)) == form
    assert canonical_json(TableForm.of(TABLE.copy(), TABLE, schema.inputs).to_json()) == record


def test_columns_keep_the_names_that_are_no_text():
    own = TABLE[["plain", "small", "text"]].set_axis([0, ("t", 2), 3.5], axis=1)
    model = vaegis.fit(own, SMALL)
    assert model.columns == ["0", "('t', 2)", "3.5"]
    for made in (model.sample(4), model.reconstruct(own), model.impute(own), model.sample(4, {("t", 2): 3, 3.5: "x"})):
        assert list(made.columns) == list(own.columns)
    assert set(model.explain(own.head(5), top=3)["column"]) == set(own.columns)
    assert list(model.reconstruct(as_frame(own)).columns) == model.columns
