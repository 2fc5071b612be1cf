from dataclasses import replace

import numpy as np
import pytest

from vaegis.config.reference import ReferenceConfig
from vaegis.errors import ArtifactError, DataError
from vaegis.monitoring.reference import Reference, make_reference, read_reference_rows


def test_it_comes_back_with_the_same_bytes(reference, tmp_path):
    reference.save(tmp_path / "r")
    held = Reference.load(tmp_path / "r")
    assert held.to_bytes() == reference.to_bytes()
    assert (held.content_digest, held.kind) == ("a" * 64, "day")
    assert held.features.panels == reference.features.panels


def test_scores_are_summed_on_held_out_days_only(reference):
    scores = reference.sums_BF[:, reference.features.groups["score"]].sum(axis=1)
    assert (scores[reference.held_B] > 0).all()
    assert (scores[~reference.held_B] == 0).all()
    assert 0 < reference.held_B.sum() < len(reference.held_B)


def test_it_holds_no_row(reference, machines):
    """Every array is bins, sums over whole days, or parameters of the map."""
    assert reference.rows_B.min() >= 24
    assert reference.sums_BF.shape == (len(reference.start_B), reference.features.width)
    names = {name for panel in reference.features.panels for name in panel.levels}
    assert names == {"fast", "slow"}


def test_few_dates_make_groups_of_rows(model, machines):
    rows = machines.make_rows(days=20)
    made = make_reference(model, rows, np.arange(len(rows)) % 3 == 0, ReferenceConfig(bins=8))
    assert (made.kind, made.unit, made.spans_a_year) == ("rows", "group of rows", False)
    assert made.held_B.any()
    assert not made.held_B.all()
    scores = made.sums_BF[:, made.features.groups["score"]].sum(axis=1)
    assert set(scores[made.held_B]) == {50.0}


def test_a_whole_year_is_seen(world, make_world):
    assert world.reference.spans_a_year
    assert not make_world(days=200).reference.spans_a_year
    assert not replace(world.reference, kind="rows").spans_a_year


def test_roles_come_from_the_split(machines, tmp_path):
    machines.write_project(tmp_path)
    rows, held = read_reference_rows(tmp_path / "data/validated/clean.parquet", machines.SCHEMA, machines.SPLIT)
    assert rows["at"].max().year == 2014
    assert 0.2 < held.mean() < 0.6


def test_nothing_held_out_is_refused(model, machines):
    rows = machines.make_rows(days=40)
    with pytest.raises(DataError, match="no row was held out; allowed: validation or calibration"):
        make_reference(model, rows, np.zeros(len(rows), bool), ReferenceConfig())


def test_what_is_no_reference_is_one_line(reference, tmp_path):
    with pytest.raises(ArtifactError, match=r"does not exist; change: `python -m pipelines\.reference` makes it"):
        Reference.load(tmp_path / "none")
    for content in (b"", b"x" * 99, reference.to_bytes()[:-9]):
        with pytest.raises(ArtifactError, match="origin is no whole reference"):
            Reference.parse(content, "origin")
