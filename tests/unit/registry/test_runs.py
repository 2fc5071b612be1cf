import socket
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vaegis.registry.names import LINEAGE_KEY, PROCESS, ROLE
from vaegis.registry.runs import OpenRun, RunName, find_or_create, set_tags

NAME = RunName(model="machines", stage="train", lineage_key="l", run_key="0123456789")


def status(client, run: str) -> str:
    return client.get_run(run).info.status


def test_a_name_follows_key_and_evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    Path("params.yaml").write_text(yaml.safe_dump({"register": {"model": "machines"}}))
    name = RunName.of("train", "l")
    assert (name.model, name.role, name.lineage_key) == ("machines", "candidate", "l")
    assert RunName.of("train", "l") == name
    keys = {name.run_key, RunName.of("train", "other").run_key}
    Path("params.yaml").write_text(yaml.safe_dump({"evaluate": {"false_alarm_rate": 0.5}}))
    assert len(keys | {RunName.of("train", "l").run_key}) == 3


def test_people_see_the_experiments_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    baseline = replace(NAME, stage="baseline")
    assert (NAME.shown, baseline.shown) == ("machines-012345", "machines-012345-baseline")
    monkeypatch.setenv("DVC_EXP_NAME", "wide-latent")
    assert (NAME.shown, baseline.shown) == ("wide-latent", "wide-latent-baseline")


def test_one_run_for_one_key_until_it_is_deleted(client) -> None:
    run = find_or_create(client, NAME)
    assert find_or_create(client, NAME) == run
    assert find_or_create(client, replace(NAME, run_key="another")) != run
    tags = client.get_run(run).data.tags
    assert (tags[ROLE], tags[LINEAGE_KEY]) == ("candidate", "l")
    client.delete_run(run)
    assert find_or_create(client, NAME) != run


def test_tags_that_agree_are_not_written_again(client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = find_or_create(client, NAME)
    set_tags(client, run, {"a": "1", "b": "2"})
    written = []
    monkeypatch.setattr(client, "set_tag", lambda *arguments: written.append(arguments))
    set_tags(client, run, {"a": "1", "b": "3"})
    assert written == [(run, "b", "3")]


@pytest.mark.parametrize("ended", ["FAILED", "KILLED"])
def test_a_run_ends_as_its_training_does_and_runs_again(client, ended: str) -> None:
    training = OpenRun.of(client, NAME)
    assert status(client, training.run) == "RUNNING"
    assert client.get_run(training.run).data.tags[PROCESS].startswith(f"{socket.gethostname()}:")
    training.end(ended)
    assert status(client, training.run) == ended
    again = OpenRun.of(client, NAME)
    assert (again.run, status(client, again.run)) == (training.run, "RUNNING")
    again.end("FINISHED")
    OpenRun.of(client, NAME).end("FAILED")
    assert status(client, again.run) == "FINISHED"  # it was evaluated, perhaps registered


def test_a_killed_trainings_run_is_ended_by_the_next(client) -> None:
    """Nobody holds the stage's lock here, as after a kill."""
    left, other = OpenRun.of(client, NAME), OpenRun.of(client, replace(NAME, stage="baseline", run_key="b"))
    training = OpenRun.of(client, replace(NAME, lineage_key="m", run_key="another"))
    assert status(client, left.run) == "KILLED"
    assert status(client, other.run) == status(client, training.run) == "RUNNING"
    find_or_create(client, replace(NAME, run_key="third"))  # as registration does
    assert status(client, training.run) == "KILLED"
