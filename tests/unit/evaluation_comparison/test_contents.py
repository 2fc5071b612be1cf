"""What else is different between two versions."""

import pytest

from vaegis.evaluation.comparison.contents import changes

FACTS = {
    "vaegis.data_fingerprint": "a" * 64,
    "vaegis.git_commit": "b" * 40,
    "vaegis.verdict": "promoted",
    "policy": "c" * 64,
    "split.gap_hours": "6.0",
    "train.beta": "1.0",
}


@pytest.fixture(scope="module")
def bundles(project):
    return project / "models/candidate", project / "models/baseline"


def told(found):
    return {(item.about, item.name): (item.candidate, item.champion) for item in found}


def test_configuration_is_read_from_the_bundles(bundles):
    found = told(changes(bundles))
    assert found == {("configuration", "train.kind"): ("vae", "autoencoder")}


def test_the_same_bundle_does_not_differ(bundles):
    assert changes((bundles[0], bundles[0])) == ()


def test_bundles_alone_tell_other_training_rows_by_what_they_were_standardised_by(bundles, models, tmp_path):
    from dataclasses import replace

    transform = replace(models[0].transform, center_D=models[0].transform.center_D + 1)
    replace(models[0], transform=transform).save(tmp_path / "other")
    found = told(changes((tmp_path / "other", bundles[0])))
    assert found == {("data", "training rows"): ("another, by the columns' means, spreads or levels", "one set")}


def test_facts_tell_data_code_policy_and_parameters_apart(bundles):
    other = {**FACTS, "vaegis.data_fingerprint": "d" * 64, "policy": "e" * 64, "split.gap_hours": "12.0"}
    found = told(changes((bundles[0], bundles[0]), (FACTS, {**other, "vaegis.verdict": "refused", "train.beta": "2"})))
    assert found == {
        ("configuration", "split.gap_hours"): ("6.0", "12.0"),
        ("data", "clean rows"): ("a" * 12, "d" * 12),
        ("policy", "policy.yaml"): ("c" * 12, "e" * 12),
    }


def test_what_one_side_does_not_know_is_no_difference(bundles):
    unknown = {**FACTS, "vaegis.git_commit": "unknown"}
    del unknown["policy"]
    assert changes((bundles[0], bundles[0]), (FACTS, unknown)) == ()


def test_schema_changes_are_named_by_column(bundles, models, world, tmp_path):
    from dataclasses import replace

    columns = tuple(replace(c, unit="K") if c.name == "heat_c" else c for c in world.SCHEMA.columns if c.name != "note")
    replace(models[0], schema=replace(world.SCHEMA, columns=columns)).save(tmp_path / "other")
    found = told(changes((bundles[0], tmp_path / "other")))
    assert found == {
        ("schema", "column heat_c: unit"): ("degC", "K"),
        ("schema", "column note"): ("there", "-"),
    }
