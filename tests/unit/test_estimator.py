import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from vaegis import TableVAE
from vaegis.errors import ConfigError

TRAIN = {"latent_dim": 2, "hidden": [8], "epochs": 2, "batch_rows": 64, "accelerator": "cpu"}
CONFIG = {"train": TRAIN, "score": {"mode": "elbo"}}
LONGER = {"train": {"accelerator": "cpu"}}


IN_FLOAT32 = {"check_methods_sample_order_invariance", "check_methods_subset_invariance"}
"""Asked to 1e-7, which sums in float32 do not keep; below they are asked to 1e-5."""


@parametrize_with_checks([TableVAE(CONFIG)])
def test_it_is_an_estimator_as_scikit_learn_understands_it(estimator, check):
    if check.func.__name__ in IN_FLOAT32:
        pytest.skip("float32")
    check(estimator)


@pytest.mark.parametrize("method", ["score_samples", "decision_function", "transform"])
def test_a_row_is_judged_by_itself(fitted, rows, method):
    ask = getattr(fitted, method)
    together = ask(rows.head(40))
    np.testing.assert_allclose(np.concatenate([ask(rows.iloc[[n]]) for n in range(40)]), together, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ask(rows.head(40).iloc[::-1])[::-1], together, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def rows(make_machines):
    return make_machines(400).drop(columns=["machine", "at", "operator", "broken"])


@pytest.fixture(scope="module")
def fitted(rows):
    return TableVAE(LONGER).fit(rows)


def test_wild_rows_are_outliers_and_most_others_are_not(fitted, rows):
    wild = rows.head(20).assign(load_kw=1e5, heat_c=-300.0)
    assert (fitted.predict(wild) == -1).all()
    assert (fitted.predict(rows) == 1).mean() > 0.9
    assert fitted.score_samples(wild).max() < fitted.score_samples(rows).mean()
    np.testing.assert_allclose(fitted.score_samples(rows), -fitted.model_.score(rows))


def test_latents_serve_a_classifier_in_a_pipeline(rows):
    wanted = rows["mode"] == "fast"
    pipeline = make_pipeline(TableVAE(LONGER), LogisticRegression())
    assert pipeline.fit(rows, wanted).score(rows, wanted) > 0.75


def test_latents_keep_the_index_when_a_frame_is_asked_for(fitted, rows):
    few = rows.head(5).set_axis(list("abcde"))
    latents = TableVAE(CONFIG).set_output(transform="pandas").fit(rows).transform(few)
    assert isinstance(latents, pd.DataFrame)
    assert list(latents) == ["z_0", "z_1"]
    assert list(fitted.get_feature_names_out()) == [f"z_{k}" for k in range(fitted.model_.network.latent_dim)]
    assert list(latents.index) == list("abcde")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"false_alarm_rate": 2}, "false_alarm_rate is 2; allowed: a number above 0 and below 1"),
        ({"false_alarm_rate": 1}, "false_alarm_rate is 1"),
        ({"false_alarm_rate": float("nan")}, "false_alarm_rate is nan"),
        ({"config": [1]}, r"config is \[1\]; allowed: keys and values"),
    ],
)
def test_impossible_parameters_are_named(rows, changed, message):
    with pytest.raises(ConfigError, match=message):
        TableVAE(**{"config": CONFIG, **changed}).fit(rows)


def test_with_too_few_calibration_rows_nothing_is_an_outlier(rows):
    fitted = TableVAE(CONFIG, false_alarm_rate=0.001).fit(rows)
    assert (fitted.predict(rows.assign(load_kw=1e6)) == 1).all()


def test_a_random_state_is_what_scikit_learn_calls_one(rows):
    few = rows.head(60)
    seeds = [TableVAE(CONFIG, random_state=state).fit(few).model_.config.seed for state in (3, np.int64(3))]
    assert seeds == [3, 3]
    drawn = [TableVAE(CONFIG, random_state=np.random.RandomState(1)).fit(few).model_.config.seed for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != 3
    with pytest.raises(ValueError, match="cannot be used to seed"):
        TableVAE(CONFIG, random_state="a").fit(few)
