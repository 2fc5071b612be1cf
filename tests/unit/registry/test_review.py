import json

import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.registration import register
from vaegis.registry.review import Desk


def test_a_review_needs_no_training_data_and_changes_nothing(team) -> None:
    import shutil
    from pathlib import Path

    from vaegis.bundle import tree_manifest

    register()
    for name in ("data", "models", "reports"):
        shutil.rmtree(name)
    before = tree_manifest(Path("mlruns/audit"))
    found = Desk.lay("models:/machines/1").review()
    assert found.verdict.decision == "awaiting approval"
    assert found.verdict.gates[0].value == 1
    assert (found.theirs, found.differences) == ({}, {})
    assert json.loads(json.dumps(found.to_json()))["authors"] == ["max", "max@example.org"]
    assert tree_manifest(Path("mlruns/audit")) == before
    with pytest.raises(ArtifactError, match="machines/7"):
        Desk.lay("machines/7")
    with pytest.raises(ConfigError, match="models:/NAME"):
        Desk.lay("machines@@champion")
