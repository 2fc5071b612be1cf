import pytest

from vaegis.evaluation.privacy.holdings import holdings, rare_names, stored_rows


def test_a_model_without_detector_and_generator_stores_no_row(models):
    table = holdings(models[0]).set_index("what")
    assert stored_rows(models[0]) == rare_names(models[0]) == 0
    assert table.loc["whole rows", "statement"] == "no training row is stored"
    assert table.loc["names of levels", "count"] == 2
    assert table.loc["scores", "count"] == len(models[0].calibration.scores_M)


@pytest.mark.slow
def test_a_detector_and_a_generator_hold_rows_names_and_values():
    import vaegis
    from tests.fixtures.known_generators import rows

    frame = rows(400, 0)
    frame.loc[frame.index[:3], "side"] = ["odd", "odder", "oddest"]
    quick = {"train": {"epochs": 1}, "score": {"mode": "hybrid", "members": 2}, "generator": {"epochs": 1}}
    model = vaegis.fit(frame, quick, seed=0)
    table = holdings(model).set_index("what")["count"]
    assert table["whole rows"] == stored_rows(model) == 340  # training and validation rows of 400
    assert table["rare names"] == rare_names(model) <= 3
    assert table["extremes"] == 6
    assert table["single values"] > 400
