from dataclasses import replace

import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.evaluation.derivation import Probe, load_derivation, rederive


def test_derived_columns_follow_their_sources(project, world, rows):
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    few = rows.test.head(20)
    assert rederive(few, world.SCHEMA, derive).equals(few)
    turned = rederive(few.assign(tilt_deg=90.0), world.SCHEMA, derive)
    assert turned["tilt_sin"].tolist() == [1.0] * 20
    assert list(turned.columns) == world.SCHEMA.names


def test_a_missing_file_or_function_is_named(tmp_path, world):
    with pytest.raises(ConfigError, match=r"derive.py does not exist"):
        load_derivation(world.SCHEMA, tmp_path)
    (tmp_path / "derive.py").write_text("x = 1\n")
    with pytest.raises(ConfigError, match="has no function 'derive'"):
        load_derivation(world.SCHEMA, tmp_path)


def test_a_column_the_function_does_not_make_is_named(world, rows):
    with pytest.raises(DataError, match="returns no column 'tilt_sin'"):
        rederive(rows.test.head(3), world.SCHEMA, lambda frame: frame[["share"]])


def test_nothing_derived_changes_nothing(world, rows, tmp_path):
    schema = replace(world.SCHEMA, derived_by="", derived=())
    few = rows.test.head(3)
    assert rederive(few, schema, load_derivation(schema, tmp_path)) is few


def test_a_probe_tells_what_a_feature_is_derived_from(project, world, rows):
    probe = Probe.of(rows.train, world.SCHEMA, load_derivation(world.SCHEMA, project / "feature_repo"))
    assert 0 < len(probe.rows) <= 200
    tilt = probe.rows["tilt_deg"].to_numpy()
    assert probe.reaches_feature("tilt_deg", tilt + 10.0)
    assert not probe.reaches_feature("tilt_deg", tilt)
    assert not probe.reaches_feature("weather_c", probe.rows["weather_c"].to_numpy())
