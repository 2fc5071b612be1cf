"""The compare-and-swap in the tracking database; Postgres: test_protection.py runs the same there."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from vaegis.errors import ArtifactError, RefusedError, ServiceError
from vaegis.registry.names import TRANSACTION
from vaegis.registry.swap import Swap, finish_or_undo, is_database, require_expected, swap, swap_in_database

NOWHERE = {"champion": None, "previous": None}


@pytest.fixture
def change(shelf) -> Swap:
    one = shelf.add(1)
    shelf.add(2)
    return Swap(
        model="machines",
        mark="t",
        expected=NOWHERE,
        after={"champion": one, "previous": None},
        version=one,
        content_digest=shelf.digest(one),
    )


def test_only_what_differs_moves(change: Swap) -> None:
    assert change.moves == {"champion": "1"}
    assert replace(change, expected=change.after).moves == {}


def test_it_moves_and_leaves_its_mark(shelf, change: Swap) -> None:
    swap(shelf.uri, change)
    assert shelf.aliases == {"champion": "1"}
    assert shelf.client.get_registered_model("machines").tags[TRANSACTION] == "t"
    back = {"champion": "2", "previous": "1"}
    swap(shelf.uri, replace(change, expected=change.after, after=back, mark="u"))
    assert shelf.aliases == back
    assert shelf.client.get_registered_model("machines").tags[TRANSACTION] == "u"
    swap(shelf.uri, replace(change, expected=back, after={"champion": "2", "previous": None}))
    assert shelf.aliases == {"champion": "2"}


def test_somebody_quicker_leaves_everything_as_it_is(shelf, change: Swap) -> None:
    shelf.client.set_registered_model_alias("machines", "champion", "2")
    with pytest.raises(RefusedError, match="champion is version 2 by now, not none as when this began"):
        swap(shelf.uri, change)
    assert shelf.aliases == {"champion": "2"}
    assert TRANSACTION not in shelf.client.get_registered_model("machines").tags


def test_a_version_that_is_gone_or_another_is_not_promoted(shelf, change: Swap) -> None:
    with pytest.raises(ArtifactError, match="is gone or has another content digest"):
        swap(shelf.uri, replace(change, content_digest="0" * 64))
    shelf.client.delete_model_version("machines", "1")
    with pytest.raises(ArtifactError, match="is gone"):
        swap(shelf.uri, change)
    with pytest.raises(ArtifactError, match="strangers is not registered"):
        swap(shelf.uri, replace(change, model="strangers"))
    assert shelf.aliases == {}


def test_a_crash_in_the_middle_leaves_nothing(shelf, change: Swap) -> None:
    """Both aliases move or none: the second is refused here by the database."""
    engine = create_engine(shelf.uri)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER broken BEFORE INSERT ON registered_model_aliases WHEN NEW.alias = 'previous' "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    engine.dispose()
    with pytest.raises((RefusedError, ServiceError)):
        swap(shelf.uri, replace(change, after={"champion": "1", "previous": "2"}))
    assert shelf.aliases == {}


def test_a_database_that_is_busy_is_one_line(shelf, change: Swap, tmp_path) -> None:
    with pytest.raises(ServiceError, match="does not answer"):
        swap_in_database(f"sqlite:///{tmp_path}/absent/mlflow.db", change)


def test_expected_none_means_none(change: Swap) -> None:
    require_expected(change, NOWHERE)
    with pytest.raises(RefusedError, match="previous is version 2"):
        require_expected(change, {"champion": None, "previous": "2"})


def test_servers_are_told_by_their_address(shelf, change: Swap) -> None:
    assert is_database("postgresql://host/db")
    assert not is_database("https://host")
    # The look back that a server needs; the client hides whether one is behind it.
    assert not finish_or_undo(shelf.uri, change)
    swap(shelf.uri, change)
    assert finish_or_undo(shelf.uri, change)
