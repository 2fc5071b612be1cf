import os

import pytest

from vaegis.registry.tamper import ATTACKS, run_attacks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shown():
    before = os.environ.get("MLFLOW_TRACKING_URI")
    attacks = run_attacks()
    assert os.environ.get("MLFLOW_TRACKING_URI") == before
    return {item.attack: item for item in attacks}


def test_untouched_all_agree(shown) -> None:
    first = next(iter(shown.values()))
    assert first.plain == f"READY; {first.vaegis}"
    assert first.last_good.startswith(first.vaegis)


def test_plain_mlflow_serves_what_was_tampered_with_and_vaegis_names_it(shown) -> None:
    first, *attacks = shown.values()
    assert [item.attack for item in attacks] == list(ATTACKS)
    for item in attacks:
        assert item.plain.startswith("READY; answers: score")
        assert item.plain != first.plain, "the attack shows"
        assert item.vaegis.startswith("refuses: ")
        assert "audit log entry" in item.vaegis
        assert item.last_good == first.last_good
    bit, edited, client, sql = (item.vaegis for item in attacks)
    assert "artifacts/bundle/bundle.json was altered: SHA-256 is" in bit
    assert "code/vaegis/registry/answer.py was altered: SHA-256 is" in edited
    assert client == sql
    assert "points at version 1" in client
