"""One run for one lineage key, however often a stage is killed, repeated or restored from a cache."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, cast

from mlflow import MlflowClient
from omegaconf import OmegaConf

from vaegis import paths
from vaegis.config.load import load_section, read_params
from vaegis.config.register import RegisterConfig
from vaegis.durable import canonical_json
from vaegis.registry.abandoned import end_abandoned, this_process
from vaegis.registry.curves import send_points
from vaegis.registry.names import (
    BASELINE,
    CANDIDATE,
    EXPERIMENT,
    FAILED,
    KILLED,
    LINEAGE_KEY,
    PROCESS,
    ROLE,
    RUN_KEY,
    RUNNING,
)
from vaegis.registry.sender import Point
from vaegis.registry.tracking import experiment_id

ROLES: Final[dict[str, str]] = {"train": CANDIDATE, "baseline": BASELINE}
"""Stage that trains -> role of its run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunName:
    """What a run is: which stage trained it, for which model, under which key."""

    model: str
    """Name of the registered model, and of the experiment."""
    stage: str
    """A key of `ROLES`."""
    lineage_key: str
    """Of the training stage."""
    run_key: str
    """The lineage key and how it is evaluated: an experiment that only evaluates differently has a run of its own."""

    @classmethod
    def of(cls, stage: str, lineage_key: str) -> Self:
        """Name the run of a training stage, alike while training and at registration."""
        params = cast(dict[str, Any], OmegaConf.to_container(read_params(paths.PARAMS)))
        record = {"lineage_key": lineage_key, "evaluate": params.get("evaluate") or {}}
        return cls(
            model=load_section("register", RegisterConfig).model,
            stage=stage,
            lineage_key=lineage_key,
            run_key=hashlib.sha256(canonical_json(record)).hexdigest(),
        )

    @property
    def role(self) -> str:
        """`candidate` or `baseline`."""
        return ROLES[self.stage]

    @property
    def shown(self) -> str:
        """The name people see: that of the DVC experiment, if there is one."""
        experiment = os.environ.get(EXPERIMENT, "").strip()
        own = experiment or f"{self.model}-{self.run_key[:6]}"
        return own if self.role == CANDIDATE else f"{own}-{self.role}"


@dataclass(frozen=True, slots=True)
class OpenRun:
    """The run that this process trains."""

    client: MlflowClient
    run: str

    @classmethod
    def of(cls, client: MlflowClient, name: RunName) -> Self:
        """Find or make it; one that failed or was killed runs again."""
        run = find_or_create(client, name)
        set_tags(client, run, {PROCESS: this_process()})
        if client.get_run(run).info.status in (FAILED, KILLED):
            client.update_run(run, RUNNING)
        return cls(client, run)

    def send(self, points: list[Point]) -> None:
        """Log points; repeating the same ones changes nothing."""
        send_points(self.client, self.run, points)

    def end(self, status: str) -> None:
        """Say how training ended; what an earlier training of the same key finished stays finished."""
        if self.client.get_run(self.run).info.status == RUNNING:
            self.client.set_terminated(self.run, status)


def find_or_create(client: MlflowClient, name: RunName) -> str:
    """Return the id of the one run of this key, made if it is not there (or was deleted); end what killed ones left."""
    experiment = experiment_id(client, name.model)
    found = client.search_runs(
        [experiment],
        filter_string=f"tags.`{RUN_KEY}` = '{name.run_key}'",
        order_by=["attributes.start_time ASC"],
        max_results=1,
    )
    run = str(found[0].info.run_id) if found else _create(client, experiment, name)
    end_abandoned(client, experiment, name.stage, name.role, run)
    return run


def set_tags(client: MlflowClient, run: str, tags: Mapping[str, str]) -> None:
    """Set those tags of a run that differ."""
    held = client.get_run(run).data.tags
    for key, value in sorted(tags.items()):
        if held.get(key) != value:
            client.set_tag(run, key, value)


def _create(client: MlflowClient, experiment: str, name: RunName) -> str:
    # Run and tags are written in one transaction, so a kill leaves either no run or one that is found again.
    tags = {RUN_KEY: name.run_key, LINEAGE_KEY: name.lineage_key, ROLE: name.role, PROCESS: this_process()}
    run = client.create_run(experiment, run_name=name.shown, tags={**tags, "mlflow.source.name": "dvc repro"})
    return str(run.info.run_id)
