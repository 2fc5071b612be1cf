"""Two real models on the same rows, each in a process of its own."""

import json

import pytest

from vaegis.errors import DataError
from vaegis.evaluation.bench import score_model
from vaegis.evaluation.comparison.compare import compare
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.rows import ComparedRows
from vaegis.evaluation.detection.ranking import auroc, average_precision
from vaegis.evaluation.latent.dimensions import kl_NK
from vaegis.evaluation.rows import thin


def of(comparison, metric):
    return next(item for item in comparison.differences if item.metric == metric)


def test_its_numbers_are_those_of_the_evaluation(comparison, models, bench, compared_rows):
    own = score_model(models[0], bench)
    normal = own.test_N[bench.normal_N]
    found = {name: of(comparison, f"evaluate/detection/{name}").candidate for name in ("injected_auroc", "injected_ap")}
    assert found["injected_auroc"] == pytest.approx(auroc(own.fault_P, normal), rel=1e-5)
    assert found["injected_ap"] == pytest.approx(average_precision(own.fault_P, normal), rel=1e-5)
    alarms = of(comparison, "evaluate/detection/false_alarm_rate").candidate
    assert alarms == pytest.approx(own.flagged_N[bench.normal_N].mean(), rel=1e-5)
    assert comparison.rows["rows"] == len(compared_rows.frame)
    assert comparison.rows["faults"] == len(compared_rows.faults)


def test_latent_figures_are_those_of_the_evaluation(comparison, models, compared_rows, task):
    few = thin(compared_rows.frame, task.latent_rows)
    mean_NK, std_NK = models[0].posterior(few)
    assert of(comparison, "evaluate/latent/rate").candidate == pytest.approx(
        kl_NK(mean_NK, std_NK).sum(axis=1).mean(), rel=1e-4
    )
    decoded = models[0].decoding(few, task.seed)
    use = of(comparison, "evaluate/latent/decoder_use")
    assert use.candidate == pytest.approx(decoded["rise"].mean(), rel=1e-4)
    assert of(comparison, "evaluate/latent/distortion").candidate == pytest.approx(
        decoded["distortion"].mean(), rel=1e-4
    )
    assert use.low < use.difference < use.high


@pytest.mark.slow
def test_a_model_beside_itself_did_not_move(contenders, compared_rows, task):
    same = compare(contenders[0], contenders[0], compared_rows, task)
    assert {item.verdict for item in same.differences} == {"within noise"}
    assert {item.difference for item in same.differences} == {0.0}


def test_a_twin_without_likelihood_has_its_reason(comparison):
    nll = of(comparison, "evaluate/reconstruction/nll")
    assert nll.verdict == "not computable"
    assert nll.reason == "a deterministic autoencoder has no likelihood"
    assert nll.candidate is not None
    assert nll.difference is None


@pytest.mark.slow
def test_a_worse_model_is_found_out(contenders, compared_rows, task, world, tmp_path):
    """Three steps of training instead of three hundred: the lead must show, and its sign be right."""
    from vaegis.evaluation.comparison.ask import Contender

    world.fit_quickly(steps=3).save(tmp_path / "raw")
    found = compare(contenders[0], Contender(label="raw", bundle=tmp_path / "raw"), compared_rows, task)
    for metric in ("evaluate/reconstruction/nll", "evaluate/reconstruction/mean_r2"):
        assert of(found, metric).verdict == "better"
    assert of(found, "evaluate/reconstruction/nll").difference < 0 < of(found, "evaluate/reconstruction/mean_r2").low


def test_it_survives_json(comparison):
    assert Comparison.from_json(json.loads(json.dumps(comparison.to_json()))) == comparison


def test_a_column_that_a_model_reads_must_be_there(contenders, compared_rows, world):
    rows = ComparedRows.of(world.SCHEMA, compared_rows.frame.drop(columns="heat_c"))
    with pytest.raises(DataError, match="the rows have no column 'heat_c', which candidate reads"):
        compare(*contenders, rows)


def test_no_rows_are_refused(contenders, compared_rows, world):
    with pytest.raises(DataError, match="no rows to compare on"):
        compare(*contenders, ComparedRows.of(world.SCHEMA, compared_rows.frame.iloc[:0]))


@pytest.mark.slow
def test_few_days_say_nothing_of_noise(contenders, compared_rows, task, world):
    rows = ComparedRows.of(world.SCHEMA, compared_rows.frame.iloc[:30])
    found = compare(*contenders, rows, task)
    assert {item.verdict for item in found.differences} == {"not computable"}
    assert "blocks of rows say nothing of noise" in of(found, "evaluate/detection/false_alarm_rate").reason
