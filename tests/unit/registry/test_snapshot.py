from vaegis.registry.peek import Snapshot
from vaegis.registry.snapshot import aliases, view


def test_an_unknown_model_has_nothing(client) -> None:
    assert aliases(client, "machines") == {}
    assert view(client, "machines", ["no such run"]) == Snapshot(aliases={}, tags={}, runs=frozenset())


def test_aliases_tags_and_the_runs_that_are_left(client, tmp_path) -> None:
    experiment = client.create_experiment("machines")
    kept, deleted = (client.create_run(experiment).info.run_id for _ in range(2))
    client.delete_run(deleted)
    client.create_registered_model("machines")
    for number in range(2):
        client.create_model_version("machines", (tmp_path / "m").as_uri(), tags={"number": str(number)})
    client.set_registered_model_alias("machines", "champion", "2")
    seen = view(client, "machines", [kept, deleted, "no such run"])
    assert seen.aliases == aliases(client, "machines") == {"champion": "2"}
    assert seen.tags == {"1": {"number": "0"}, "2": {"number": "1"}}
    assert seen.runs == {kept}
