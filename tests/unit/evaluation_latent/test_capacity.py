from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import capacity


def test_the_table_has_a_line_for_each_size_and_ends_at_the_reconstruction(case):
    table = capacity.size_table(case)
    assert table["size"].tolist() == [1, 2, 3, 4]
    made = case.model.expect(case.test)
    names = [column.name for column in case.model.transform.numeric]
    r2 = [1 - ((case.test[n] - made[n]) ** 2).mean() / case.test[n].var(ddof=0) for n in names]
    assert table["model_r2"].iloc[-1] == pytest.approx(np.mean(r2), abs=1e-3)
    assert table["pca_r2"].is_monotonic_increasing
    assert set(table["probe"]) == {"stopped"}
    assert table[["model_probe", "pca_probe"]].to_numpy().min() > 0.4


def test_the_gain_is_the_difference_at_full_size(case):
    table = capacity.size_table(case).iloc[-1]
    gain = capacity.gain_over_pca(case)
    assert gain.value == pytest.approx(table["model_r2"] - table["pca_r2"], abs=1e-6)
    assert gain.low < gain.value < gain.high


def test_the_interval_holds_the_gain_where_a_column_is_mostly_missing(case):
    """Each column counts alike, however many of its cells are there; so must each in every replicate."""
    gappy = case.test.assign(tilt_cos=case.test["tilt_cos"].where(np.arange(len(case.test)) % 10 == 0))
    holey = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=gappy)), found={}, replicates=200)
    gain, known = capacity.gain_over_pca(holey), capacity.size_table(holey).iloc[-1]
    assert gain.value == pytest.approx(known["model_r2"] - known["pca_r2"], abs=1e-6)
    assert gain.low < gain.value < gain.high


def test_without_labels_nothing_is_probed(case):
    schema = case.rows.schema
    plain = replace(schema, columns=tuple(column for column in schema.columns if column.role != "label"))
    table = capacity.size_table(
        replace(case, bench=replace(case.bench, rows=replace(case.rows, schema=plain)), found={})
    )
    assert table[["model_probe", "pca_probe"]].isna().all().all()


def test_columns_that_stand_still_are_not_given_back(case):
    names = {column.name: 1.0 for column in case.model.transform.numeric}
    still = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=case.test.assign(**names))), found={})
    with pytest.raises(NotComputable, match="no numeric column varies"):
        capacity.gain_over_pca(still)
