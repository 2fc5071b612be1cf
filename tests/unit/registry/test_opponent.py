"""Whom a candidate is held against, and what is remembered of the comparison."""

import pytest

from vaegis import paths
from vaegis.durable import write_json
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, PREVIOUS, ROWS_DIGEST
from vaegis.registry.opponent import NOBODY, Compared, Opponent, find_opponent
from vaegis.registry.peek import Snapshot

OTHER = Opponent(version="1", content_digest="d1", rows_digest="r1")


def held(**aliases):
    tags = {version: {CONTENT_DIGEST: f"d{version}", ROWS_DIGEST: f"r{version}"} for version in "123"}
    return Snapshot(aliases=aliases, tags=tags, runs=frozenset())


@pytest.mark.parametrize(
    ("aliases", "version"),
    [
        ({}, None),
        ({CHAMPION: "1"}, "1"),
        ({CHAMPION: "3"}, None),
        ({CHAMPION: "3", PREVIOUS: "2"}, "2"),
        ({CHAMPION: "2", PREVIOUS: "1"}, "2"),
        ({CHAMPION: "9"}, None),
    ],
)
def test_the_champion_or_whom_it_followed(aliases, version):
    found = find_opponent(held(**aliases), "d3")
    assert (None if found is None else found.version) == version


def test_a_receipt_stands_for_its_inputs_and_opponent_only(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    compared = Compared(opponent=OTHER, metrics={"a": 1.0}, comparison=None, reason="other rows")
    compared.save("key")
    assert Compared.load() == compared
    assert Compared.standing("key", OTHER) == compared
    assert Compared.standing("another", OTHER) is None
    assert Compared.standing("key", Opponent(version="2", content_digest="d2", rows_digest="r1")) is None


def test_a_broken_receipt_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Compared.standing("key", OTHER) is None
    write_json(paths.SCRATCH / "compared.json", {"key": "key", "compared": {"opponent": {"name": "x"}}})
    assert Compared.standing("key", OTHER) is None


def test_gates_get_numbers_and_paired_differences():
    metrics = {"evaluate/a/b": {"difference": 0.1, "low": 0.0, "high": 0.2}}
    compared = Compared(opponent=OTHER, metrics={"evaluate/a/b": 0.5}, comparison={"metrics": metrics})
    reference = compared.reference("r1")
    assert (reference.label, reference.same_rows) == ("champion, version 1", True)
    assert reference.differences == metrics
    assert compared.reference("r2").same_rows is False
    assert NOBODY.reference("r1") is None
    assert NOBODY.found is None
