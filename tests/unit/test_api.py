import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import vaegis
from vaegis.config.model import ModelConfig
from vaegis.config.train import TrainConfig
from vaegis.errors import ArtifactError, ConfigError, DataError

CONFIG = ModelConfig.plain(TrainConfig(latent_dim=2, hidden=[8], epochs=2, batch_rows=64, accelerator="cpu"))

SMALL = {
    "train": {"epochs": 2, "latent_dim": 2, "hidden": [8], "accelerator": "cpu"},
    "generator": {"min_steps": 20, "epochs": 1},
}


def test_fit_scores_new_rows_and_repeats(make_machines, machine_schema):
    train, new = make_machines(400), make_machines(50, seed=1)
    scores = vaegis.fit(train, CONFIG, schema=machine_schema).score(new)
    assert np.isfinite(scores).all()
    assert vaegis.fit(train, CONFIG, schema=machine_schema).score(new).equals(scores)
    assert not vaegis.fit(train, CONFIG.seeded(1), schema=machine_schema).score(new).equals(scores)


def test_the_callers_frame_is_not_touched(make_machines, machine_schema):
    train = make_machines(300)
    before = train.copy()
    vaegis.fit(train, CONFIG, schema=machine_schema)
    assert train.equals(before)


def test_without_a_contract_every_column_that_can_be_modelled_is(make_machines, caplog):
    rows = make_machines(300).drop(columns="at").assign(note=[f"see page {n}" for n in range(300)])
    rows = rows.astype({"mode": "category", "parts": "Int64"})
    model = vaegis.fit(rows, SMALL, seed=3)
    assert model.config.seed == 3
    assert set(rows) - set(model.columns) == {"note"}
    assert "column note is not modelled" in caplog.text
    rebuilt = model.reconstruct(rows)
    assert rebuilt.dtypes.equals(rows[model.columns].dtypes)
    assert set(rebuilt["mode"]) <= {"fast", "slow"}


def test_arrow_tables_and_matrices_are_tables(make_machines):
    numbers = make_machines(120)[["load_kw", "tilt_deg"]]
    model = vaegis.fit(pa.Table.from_pandas(numbers), SMALL)
    assert model.score(pa.Table.from_pandas(numbers)).equals(model.score(numbers))
    matrix = vaegis.fit(numbers.to_numpy(), SMALL)
    assert matrix.columns == ["x0", "x1"]
    assert np.isfinite(matrix.score(numbers.to_numpy())).all()


def test_one_fit_does_it_all_and_comes_back(make_machines, tmp_path):
    rows = make_machines(300).drop(columns="at")
    model = vaegis.fit(rows, SMALL)
    model.save(tmp_path / "bundle")
    loaded = vaegis.load(str(tmp_path / "bundle"))
    wild = rows.head(30).assign(load_kw=1e4)
    assert model.score(wild).min() > model.score(rows).quantile(0.9)
    for method in ("score", "pvalue", "spread", "encode", "reconstruct", "impute", "explain", "nll", "flags"):
        told, again = getattr(model, method)(rows.head(30)), getattr(loaded, method)(rows.head(30))
        assert told.equals(again), method
    assert model.sample(50, seed=1).equals(loaded.sample(50, seed=1))
    assert set(model.sample(50, {"mode": "fast"})["mode"]) == {"fast"}
    total = model.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, model.score(rows), atol=1e-6)


def test_rank_puts_the_wild_rows_of_a_dirty_table_first(make_machines):
    rows = make_machines(300).drop(columns=["at", "broken"])
    rows.loc[:4, "load_kw"] += 2e3
    ranked = vaegis.rank(rows)
    assert ranked.index.equals(rows.index)
    assert set(ranked.nlargest(5).index) == set(range(5))
    assert ranked.equals(vaegis.rank(rows))


def test_an_unknown_setting_is_named(make_machines):
    with pytest.raises(ConfigError, match=r"train\.latent_dims is unknown; allowed: .*latent_dim"):
        vaegis.fit(make_machines(40), {"train": {"latent_dims": 2}})
    with pytest.raises(ConfigError, match="section 'epochs' is unknown; allowed: generator, score, train"):
        vaegis.fit(make_machines(40), {"epochs": 2})


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda model, rows: model.flags(rows, rate=0), "rate is 0; allowed: a number above 0 and below 1"),
        (lambda model, rows: model.flags(rows, rate=np.nan), "rate is nan"),
        (lambda model, rows: model.flags(rows, rate=2), "rate is 2"),
        (lambda model, rows: model.nll(rows, num_samples=0), "num_samples is 0; allowed: a whole number, at least 1"),
        (lambda model, rows: model.impute(rows, num_samples=0), "num_samples is 0"),
        (lambda model, rows: model.explain(rows, top=-1), "top is -1; allowed: a whole number, at least 1"),
        (lambda model, rows: model.explain(rows, top=1.5), "top is 1.5"),
    ],
)
def test_impossible_arguments_are_named(fitted_machines, make_machines, ask, message):
    with pytest.raises(ConfigError, match=message):
        ask(fitted_machines, make_machines(5))


@pytest.mark.parametrize("mode", ["elbo", "hybrid"])
def test_every_finite_number_has_a_finite_score(make_machines, mode):
    rows = make_machines(100)[["load_kw", "heat_c", "tilt_deg"]].assign(small=lambda rows: 1e-6 * rows["heat_c"])
    model = vaegis.fit(rows, {**SMALL, "score": {"mode": mode}, "generator": {"kind": "none"}})
    for name in rows:
        wild = rows.head(3).assign(**{name: [1.7e308, -1.7e308, 1e30]})
        for told in (model.score(wild), model.pvalue(wild), model.contributions(wild)):
            assert np.isfinite(told).all(axis=None), name


def test_seeds_of_any_whole_type_are_one_and_others_one_line(make_machines):
    rows = make_machines(60).drop(columns=["at", "broken"])
    model, same = (vaegis.fit(rows, SMALL, seed) for seed in (3, np.int64(3)))
    assert same.sample(5, seed=np.int64(3)).equals(model.sample(5, seed=3))
    gaps = rows.assign(load_kw=np.nan)
    assert same.impute(gaps, seed=np.int64(3)).equals(model.impute(gaps, seed=3))
    calls = (
        lambda seed: vaegis.fit(rows, SMALL, seed),
        lambda seed: vaegis.rank(rows, seed),
        lambda seed: model.sample(3, seed=seed),
        lambda seed: replace(model, generator=None).sample(3, seed=seed),
        lambda seed: model.impute(gaps, seed=seed),
        lambda seed: model.nll(rows, seed=seed),
    )
    for call in calls:
        for seed in (-1, 1.5, "a", 2**63):
            with pytest.raises(ConfigError, match=r"seed is .*; allowed: a whole number, at least 0"):
                call(seed)


def test_load_reads_what_was_saved(fitted_machines, make_machines, tmp_path):
    fitted_machines.save(tmp_path / "bundle")
    rows = make_machines(20, seed=2)
    for source in (tmp_path / "bundle", str(tmp_path / "bundle")):
        assert vaegis.load(source).score(rows).equals(fitted_machines.score(rows))
    with pytest.raises(ArtifactError, match="does not exist"):
        vaegis.load(tmp_path / "none")
    with pytest.raises(ArtifactError, match="the path of a bundle is None"):
        vaegis.load(None)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda rows: rows.drop(columns="mode"), DataError, "column 'mode' is missing"),
        (lambda rows: rows.assign(heat_c=[1.0, "warm"] * 20), DataError, "column 'heat_c' holds 'warm'"),
        (lambda rows: rows.iloc[:0], DataError, "the table holds 0 rows; allowed: at least 10"),
        (lambda rows: rows.head(9), DataError, "the table holds 9 rows; allowed: at least 10"),
        (lambda rows: rows.assign(mode=None, parts=np.nan).iloc[:, 30:], DataError, "column 'load_kw' is missing"),
        (lambda rows: "rows.csv", DataError, "the table is a str; allowed: pandas.DataFrame"),
    ],
)
def test_tables_that_cannot_be_fitted_are_named(make_machines, machine_schema, change, error, message):
    with pytest.raises(error, match=message):
        vaegis.fit(change(make_machines(40)), CONFIG, schema=machine_schema)


def test_a_contract_that_is_none_is_named(make_machines):
    with pytest.raises(DataError, match="schema is 'x'; allowed: a TableSchema, or None: it is guessed"):
        vaegis.fit(make_machines(40), CONFIG, schema="x")


def test_import_is_light_and_names_are_listed():
    heavy = ["torch", "mlflow", "lightning", "feast", "great_expectations", "sklearn", "matplotlib", "pandas"]
    code = f"import sys, vaegis; print([m for m in {heavy!r} if m in sys.modules], sorted(dir(vaegis)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] ['TableVAE', '__version__', 'fit', 'load', 'rank']"
    with pytest.raises(AttributeError, match="no attribute 'train'"):
        _ = vaegis.train


def test_code_beside_a_model_needs_no_installed_package(tmp_path):
    shutil.copytree(Path(vaegis.__file__).parent, tmp_path / "vaegis", ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        "import importlib.metadata as metadata, sys\n"
        "def missing(name):\n"
        "    raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = missing\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "import vaegis\n"
        "print(vaegis.__file__)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == str(tmp_path / "vaegis" / "__init__.py"), ran.stderr
