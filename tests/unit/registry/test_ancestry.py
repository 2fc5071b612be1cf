import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.ancestry import ancestry, learned_from_data, learned_from_entity
from vaegis.registry.entities import write_entities


@pytest.fixture
def learned(shelf, tmp_path, machine_schema, make_machines):
    """Return a shelf: version 1 with its list of entities, 2 without, 3 of other rows."""
    from vaegis.config.split import SplitConfig

    rows = make_machines(300)
    rows.to_parquet(tmp_path / "clean.parquet")

    def entities(files):
        write_entities(files / "artifacts/entities.parquet", tmp_path / "clean.parquet", machine_schema, SplitConfig())

    shelf.add(1, rows="a" * 64, beside=entities)
    shelf.add(2, rows="a" * 64)
    shelf.add(3, rows="b" * 64, beside=entities)
    [key] = machine_schema.keys
    return shelf, key, str(rows.reset_index()[key].iloc[0])


def test_what_and_who_is_behind_a_version(learned) -> None:
    shelf, *_ = learned
    shelf.promote("1")
    found = ancestry("models:/machines@champion")
    assert (found["version"], found["content_digest"]) == ("1", shelf.digest("1"))
    assert found["rows"]["fingerprint"] == "a" * 64
    assert [person["what"] for person in found["people"]] == ["registered it", "promoted it"]
    assert any("promoted machines version 1" in line for line in found["life"])
    with pytest.raises(ConfigError, match="is no address"):
        ancestry("machines")
    with pytest.raises(ArtifactError, match="99"):
        ancestry("models:/machines/99")


def test_rows_lead_to_every_version_deleted_ones_too(learned) -> None:
    shelf, *_ = learned
    shelf.promote("2")
    shelf.client.delete_model_version("machines", "1")
    shelf.revoke("2")
    one, two = learned_from_data("a" * 12)
    assert (one.version, one.note) == ("1", "deleted from the registry")
    assert (two.version, two.aliases, two.note.startswith("revoked by audit log entry")) == ("2", ("champion",), True)
    assert learned_from_data("c" * 64) == []
    with pytest.raises(ConfigError, match="is no fingerprint"):
        learned_from_data("a")


def test_an_entity_leads_to_every_version_and_says_where_nobody_can_tell(learned) -> None:
    _, key, value = learned
    one, two, three = learned_from_entity({key: value})
    assert (one.version, three.version) == ("1", "3")
    assert one.rows == three.rows > 0
    assert (two.rows, two.note) == (None, "it has no list of entities, so it may have")
    assert [item.version for item in learned_from_entity({key: "nobody"})] == ["2"]
    with pytest.raises(ConfigError, match="colour is no entity key"):
        learned_from_entity({"colour": "red"})
