import pytest

from vaegis.registry.names import NOTE, VERDICT
from vaegis.registry.publication import publish


@pytest.fixture
def version(client, tmp_path):
    run = client.create_run(client.create_experiment("machines")).info.run_id
    client.create_registered_model("machines")
    return client.create_model_version("machines", (tmp_path / "model").as_uri(), run_id=run)


def texts(client, version) -> tuple[str, str]:
    run, held = client.get_run(version.run_id), client.get_model_version("machines", version.version)
    return run.data.tags[NOTE], held.description


def test_a_description_without_a_verdict_never_replaces_one_with(client, version) -> None:
    publish(client, version.run_id, version, "pending", judged=False)
    assert texts(client, version) == ("pending", "pending")
    publish(client, version.run_id, version, "promoted", judged=True)
    client.set_tag(version.run_id, VERDICT, "promoted")
    client.set_model_version_tag("machines", version.version, VERDICT, "promoted")
    judged = client.get_model_version("machines", version.version)
    publish(client, version.run_id, judged, "pending again", judged=False)
    assert texts(client, version) == ("promoted", "promoted")
    publish(client, version.run_id, judged, "refused", judged=True)
    assert texts(client, version) == ("refused", "refused")


def test_another_run_of_a_judged_version_is_described(client, version) -> None:
    client.set_model_version_tag("machines", version.version, VERDICT, "promoted")
    judged = client.get_model_version("machines", version.version)
    publish(client, version.run_id, judged, "pending", judged=False)
    assert texts(client, version) == ("pending", None)
