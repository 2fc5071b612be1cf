import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.reconstruction.tables import TABLES


@pytest.fixture(scope="module")
def tables(models, bench):
    """Tables of both models."""
    return [
        {name: spec.make(Case(model=model, bench=bench, rivals={})) for name, spec in TABLES.items()}
        for model in models
    ]


def test_columns_hold_errors_calibration_and_shape(tables):
    vae, twin = (made["columns"].set_index("column") for made in tables)
    assert {"rmse", "r2", "coverage", "accuracy", "residual_std", "pit_ks", "shape"} <= set(vae.columns)
    assert vae["shape"].notna().all()
    assert twin["shape"].isna().all()


def test_the_worst_rows_are_ranked(tables):
    assert tables[0]["worst_rows"]["score"].is_monotonic_decreasing
