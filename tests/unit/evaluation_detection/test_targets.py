from dataclasses import replace

from vaegis.evaluation.detection.targets import MAX_LEVELS, find_targets


def test_raw_columns_that_vary_and_reach_a_feature_are_targets(parcels):
    targets = {target.name: target for target in find_targets(parcels.make_parcels(), parcels.SCHEMA, parcels.derive)}
    assert list(targets) == ["kg", "items", "zone", "box", "hour"]
    assert [name for name, target in targets.items() if target.whole] == ["items", "hour"]
    assert [name for name, target in targets.items() if target.sensor is None] == ["zone", "box"]
    assert targets["kg"].sensor.high == 30.0


def test_levels_are_the_most_frequent_ones(parcels):
    frame = parcels.make_parcels(4_000)
    [zone] = [target for target in find_targets(frame, parcels.SCHEMA, parcels.derive) if target.name == "zone"]
    counts = frame["zone"].value_counts()
    assert len(counts) > len(zone.levels) == MAX_LEVELS
    assert counts[zone.levels].min() >= counts.drop(zone.levels).max()


def test_nothing_derived_means_nothing_is_asked_of_the_repository(parcels):
    bare = replace(
        parcels.SCHEMA,
        columns=tuple(c for c in parcels.SCHEMA.columns if c.name not in parcels.SCHEMA.derived),
        derived=(),
        derived_by="",
    )
    frame = parcels.make_parcels().drop(columns=["hour_sin", "size"])
    assert [target.name for target in find_targets(frame, bare, parcels.derive)] == ["kg", "items", "zone"]
