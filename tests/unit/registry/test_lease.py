"""The swap through MLflow's client alone, as a plain server offers it."""

import threading
import time
from dataclasses import replace

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError, RefusedError, ServiceError
from vaegis.registry import lease
from vaegis.registry.lease import LEASE, swap_by_lease, undo_if_partial
from vaegis.registry.names import TRANSACTION
from vaegis.registry.swap import Swap


@pytest.fixture
def change(shelf) -> Swap:
    one = shelf.add(1)
    shelf.add(2)
    nowhere = {"champion": None, "previous": None}
    after = {"champion": one, "previous": None}
    digest = shelf.digest(one)
    return Swap(model="machines", mark="t", expected=nowhere, after=after, version=one, content_digest=digest)


def test_it_moves_leaves_its_mark_and_gives_the_lease_back(shelf, change: Swap) -> None:
    swap_by_lease(shelf.uri, change)
    assert shelf.aliases == {"champion": "1"}
    tags = shelf.client.get_registered_model("machines").tags
    assert tags[TRANSACTION] == "t"
    assert LEASE not in tags


def test_a_lease_in_force_refuses_and_an_old_one_does_not(shelf, change: Swap) -> None:
    shelf.client.set_registered_model_tag("machines", LEASE, f"other {time.time() + 60}")
    with pytest.raises(RefusedError, match="is being promoted by somebody else"):
        swap_by_lease(shelf.uri, change)
    assert shelf.aliases == {}
    shelf.client.set_registered_model_tag("machines", LEASE, f"other {time.time() - 1}")
    swap_by_lease(shelf.uri, change)
    assert shelf.aliases == {"champion": "1"}


def test_of_two_in_the_same_moment_one_wins(shelf, change: Swap) -> None:
    other = replace(
        change,
        mark="u",
        after={"champion": "2", "previous": None},
        version="2",
        content_digest=shelf.digest("2"),
    )
    outcomes: list[str] = []

    def run(one: Swap) -> None:
        try:
            swap_by_lease(shelf.uri, one)
            outcomes.append("won")
        except RefusedError:
            outcomes.append("told why")

    threads = [threading.Thread(target=run, args=(one,)) for one in (change, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told why", "won"]


def test_a_store_that_takes_one_of_two_first_leases_refuses_the_other(shelf, change: Swap, monkeypatch) -> None:
    write = MlflowClient.set_registered_model_tag

    def too_late(client, model, key, value):
        write(client, model, key, f"other {time.time() + 60}")
        raise MlflowException("(sqlite3.IntegrityError) UNIQUE constraint failed: registered_model_tags")

    monkeypatch.setattr(MlflowClient, "set_registered_model_tag", too_late)
    with pytest.raises(RefusedError, match="is being promoted by somebody else"):
        swap_by_lease(shelf.uri, change)
    assert shelf.aliases == {}


def test_what_is_not_as_expected_moves_nothing(shelf, change: Swap) -> None:
    with pytest.raises(ArtifactError, match="another content digest by now"):
        swap_by_lease(shelf.uri, replace(change, content_digest="0"))
    shelf.client.set_registered_model_alias("machines", "champion", "2")
    with pytest.raises(RefusedError, match="champion is version 2 by now"):
        swap_by_lease(shelf.uri, change)
    with pytest.raises(ServiceError, match="the registry refused the move"):
        swap_by_lease(shelf.uri, replace(change, version="9"))
    assert shelf.aliases == {"champion": "2"}
    assert LEASE not in shelf.client.get_registered_model("machines").tags


def test_a_rogue_in_the_same_moment_is_seen_by_the_look_back(shelf, change: Swap, monkeypatch) -> None:
    original = lease._set

    def rogue(client, model, alias, version):
        original(client, model, alias, "2")

    monkeypatch.setattr(lease, "_set", rogue)
    with pytest.raises(ServiceError, match="somebody moved an alias of machines in the same moment"):
        swap_by_lease(shelf.uri, change)


def test_a_move_cut_short_is_undone_and_a_whole_one_stands(shelf, change: Swap) -> None:
    both = replace(change, after={"champion": "1", "previous": "2"})
    shelf.client.set_registered_model_alias("machines", "previous", "2")
    assert not undo_if_partial(shelf.uri, both)
    assert shelf.aliases == {}
    swap_by_lease(shelf.uri, change)
    assert undo_if_partial(shelf.uri, change)
    assert shelf.aliases == {"champion": "1"}
