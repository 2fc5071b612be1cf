import numpy as np
import pandas as pd
import pytest

from vaegis.bundle import read_bundle, write_bundle
from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.fitted.model import FittedModel


@pytest.fixture
def frame(make_machines) -> pd.DataFrame:
    rows = make_machines(300, seed=5)
    return rows.set_index(pd.Index([f"row{n}" for n in range(len(rows))], name="id"))


def test_everything_stands_on_the_index_of_the_rows(fitted_machines, frame):
    model = fitted_machines
    tables = [model.score(frame), model.pvalue(frame), model.encode(frame), model.reconstruct(frame)]
    tables += [*model.predictive(frame), model.nll(frame, 2), model.elbo(frame), model.column_nll(frame)]
    for table in tables:
        assert table.index.equals(frame.index)
        assert table.notna().all(axis=None)


def test_columns_are_the_features_in_contract_order(fitted_machines, frame):
    features = ["load_kw", "mode", "heat_c", "parts", "running", "tilt_deg"]
    assert fitted_machines.columns == features
    assert list(fitted_machines.reconstruct(frame)) == features
    assert list(fitted_machines.column_nll(frame)) == features
    assert list(fitted_machines.sample(3)) == features
    assert list(fitted_machines.encode(frame)) == ["z_0", "z_1", "z_2"]
    assert list(fitted_machines.predictive(frame)[0]) == ["load_kw", "heat_c", "parts", "tilt_deg"]


def test_strange_rows_score_higher_and_are_less_probable(fitted_machines, frame):
    strange = frame.assign(load_kw=-frame["load_kw"] * 8)
    assert fitted_machines.score(strange).median() > fitted_machines.score(frame).median() + 1
    assert fitted_machines.pvalue(strange).median() < 0.2 < fitted_machines.pvalue(frame).median()


def test_scores_do_not_depend_on_extra_columns_order_or_neighbours(fitted_machines, frame):
    scores = fitted_machines.score(frame)
    shuffled = frame[frame.columns[::-1]].sample(frac=1.0, random_state=0)
    np.testing.assert_allclose(fitted_machines.score(shuffled)[frame.index], scores, rtol=1e-5)
    np.testing.assert_allclose(fitted_machines.score(frame.head(1)), scores.head(1), rtol=1e-5)


def test_missing_and_unseen_values_score(fitted_machines, frame):
    odd = frame.assign(heat_c=np.nan, mode="reverse", running=None)
    assert np.isfinite(fitted_machines.score(odd)).all()
    nll = fitted_machines.column_nll(odd)
    assert nll[["heat_c", "mode", "running"]].eq(0).all(axis=None)
    everything = frame.assign(**dict.fromkeys(fitted_machines.columns))
    assert fitted_machines.score(everything).nunique() == 1


def test_score_is_column_nll_plus_rate(fitted_machines, frame):
    rate = fitted_machines.elbo(frame)["rate"]
    np.testing.assert_allclose(fitted_machines.score(frame), fitted_machines.column_nll(frame).sum(1) + rate, rtol=1e-4)


def test_elbo_adds_up_and_the_importance_bound_is_tighter(fitted_machines, frame):
    terms = fitted_machines.elbo(frame, seed=3)
    np.testing.assert_allclose(terms["elbo"], -terms["distortion"] - terms["rate"], rtol=1e-12)
    assert (terms["rate"] >= 0).all()
    seeds = range(6)
    one, many = (np.mean([-fitted_machines.nll(frame, samples, seed) for seed in seeds]) for samples in (1, 32))
    assert one < many
    assert terms["elbo"].mean() == pytest.approx(one, abs=0.3)


def test_seeded_results_repeat(fitted_machines, frame):
    for method in (fitted_machines.elbo, fitted_machines.nll):
        first, again, other = method(frame, seed=1), method(frame, seed=1), method(frame, seed=2)
        assert first.equals(again)
        assert not first.equals(other)
    assert fitted_machines.sample(20, seed=1).equals(fitted_machines.sample(20, seed=1))
    assert not fitted_machines.sample(20, seed=1).equals(fitted_machines.sample(20, seed=2))


def test_band_holds_the_expectation_in_units(fitted_machines, frame):
    expected, low, high = fitted_machines.predictive(frame)
    assert (low < expected).all(axis=None)
    assert (expected < high).all(axis=None)
    inside = (frame["load_kw"] > low["load_kw"]) & (frame["load_kw"] < high["load_kw"])
    assert inside.mean() > 0.8
    assert expected["heat_c"].between(20, 60).all()


def test_reconstruction_is_the_expectation_in_units(fitted_machines, frame):
    rebuilt = fitted_machines.reconstruct(frame)
    expected, _, _ = fitted_machines.predictive(frame)
    np.testing.assert_allclose(rebuilt["load_kw"], expected["load_kw"], rtol=1e-4, atol=1e-2)
    assert np.corrcoef(rebuilt["load_kw"], frame["load_kw"])[0, 1] > 0.85
    assert set(rebuilt["mode"]) <= {"fast", "slow"}
    assert (rebuilt["parts"] % 1 == 0).all()


@pytest.mark.parametrize("name", ["fitted_machines", "fitted_autoencoder"])
def test_reading_once_is_bit_equal_to_asking_one_by_one(request, name, frame, monkeypatch):
    model = request.getfixturevalue(name)
    monkeypatch.setattr("vaegis.fitted.measures.CHUNK_ROWS", 77)
    monkeypatch.setattr("vaegis.fitted.model.CHUNK_ROWS", 77)
    monkeypatch.setattr("vaegis.scoring.scores.CHUNK_ROWS", 77)
    odd = frame.assign(heat_c=np.nan, mode="reverse")
    for rows in (frame, odd, frame.head(1), frame.iloc[:0], frame.set_axis([0] * len(frame))):
        seen = model.read(rows)
        for field in ("score", "pvalue", "encode", "expect"):
            one = getattr(model, field)(rows)
            assert getattr(seen, field).equals(one), field
            assert one.index.equals(rows.index)


def test_samples_look_like_rows(fitted_machines, frame):
    made = fitted_machines.sample(500)
    assert set(made["mode"]) == {"fast", "slow"}
    assert (made["parts"] % 1 == 0).all()
    assert set(made["running"]) <= {0.0, 1.0}
    assert np.isfinite(fitted_machines.score(made)).all()
    with pytest.raises(ConfigError, match="sample of 0 rows; allowed: a whole number, at least 1"):
        fitted_machines.sample(0)


def test_saved_and_loaded_scores_are_bit_equal(fitted_machines, frame, tmp_path):
    digest = fitted_machines.save(tmp_path / "bundle", {"CARD.md": b"text"})
    loaded = FittedModel.load(tmp_path / "bundle")
    assert loaded.content_digest == digest
    assert (loaded.kind, loaded.columns) == ("vae", fitted_machines.columns)
    for name in ("score", "pvalue", "column_nll", "encode", "reconstruct", "nll", "explain"):
        assert getattr(loaded, name)(frame).equals(getattr(fitted_machines, name)(frame)), name
    assert loaded.sample(10).equals(fitted_machines.sample(10))
    assert loaded.save(tmp_path / "again") == digest


def test_bundle_holds_no_pickle_and_the_card_is_outside_the_digest(fitted_machines, tmp_path):
    digest = fitted_machines.save(tmp_path / "a", {"CARD.md": b"one"})
    assert fitted_machines.save(tmp_path / "b", {"CARD.md": b"two"}) == digest
    assert {path.suffix for path in (tmp_path / "a").iterdir()} == {".json", ".safetensors", ".md"}


def test_altered_missing_and_foreign_bundles_are_refused(fitted_machines, tmp_path):
    fitted_machines.save(tmp_path / "bundle")
    weights = tmp_path / "bundle" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    with pytest.raises(ArtifactError, match=r"weights\.safetensors was altered"):
        FittedModel.load(tmp_path / "bundle")
    with pytest.raises(ArtifactError, match="does not exist"):
        FittedModel.load(tmp_path / "none")
    write_bundle(tmp_path / "other", "vaegis.image", {}, {})
    with pytest.raises(ArtifactError, match=r"kind 'vaegis.image'; allowed: vaegis.table"):
        FittedModel.load(tmp_path / "other")
    assert read_bundle(tmp_path / "other").kind == "vaegis.image"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.drop(columns="heat_c"), "column 'heat_c' is missing"),
        (lambda rows: rows.assign(heat_c="warm"), "column 'heat_c' holds 'warm'"),
        (lambda rows: rows.assign(mode=1), r"column 'mode' holds 1 \(int\)"),
        (lambda rows: rows.assign(load_kw=np.inf), "column 'load_kw' holds an infinite value"),
        (lambda rows: pd.concat([rows, rows[["mode"]]], axis=1), "column 'mode' appears twice"),
    ],
)
def test_wrong_tables_are_named(fitted_machines, frame, change, message):
    for method in (fitted_machines.score, fitted_machines.pvalue, fitted_machines.explain, fitted_machines.reconstruct):
        with pytest.raises(DataError, match=message):
            method(change(frame))


def test_integers_for_floats_are_fine(fitted_machines, frame):
    whole = frame.assign(load_kw=frame["load_kw"].round())
    assert fitted_machines.score(whole.astype({"load_kw": "int64"})).equals(fitted_machines.score(whole))


def test_no_rows_give_empty_tables(fitted_machines, frame):
    none = frame.iloc[:0]
    assert fitted_machines.score(none).empty
    assert fitted_machines.reconstruct(none).empty
    assert fitted_machines.explain(none).empty


def test_deterministic_twin_scores_but_has_no_prior(fitted_autoencoder, frame, tmp_path):
    assert fitted_autoencoder.kind == "autoencoder"
    terms = fitted_autoencoder.elbo(frame)
    assert terms["rate"].eq(0).all()
    assert fitted_autoencoder.posterior(frame)[1].max() == 0.0
    np.testing.assert_allclose(fitted_autoencoder.score(frame), terms["distortion"], rtol=1e-5)
    for call in (lambda: fitted_autoencoder.nll(frame), lambda: fitted_autoencoder.sample(3)):
        with pytest.raises(ConfigError, match="needs a latent prior, which a deterministic autoencoder does not have"):
            call()
    fitted_autoencoder.save(tmp_path / "bundle")
    assert FittedModel.load(tmp_path / "bundle").score(frame).equals(fitted_autoencoder.score(frame))
