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
from vaegis.registry.names import BASELINE, CANDIDATE, LINEAGE_KEY, ROLE, RUN_KEY
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
        experiment = os.environ.get("DVC_EXP_NAME", "").strip()
        own = experiment or f"{self.model}-{self.run_key[:6]}"
        return own if self.role == CANDIDATE else f"{own}-{self.role}"


def find_or_create(client: MlflowClient, name: RunName) -> str:
    """Return the id of the one run of this key, made if it is not there (or was deleted)."""
    experiment = experiment_id(client, name.model)
    found = client.search_runs(
        [experiment],
        filter_string=f"tags.`{RUN_KEY}` = '{name.run_key}'",
        order_by=["attributes.start_time ASC"],
        max_results=1,
    )
    if found:
        return str(found[0].info.run_id)
    # Run and tags are written in one transaction, so a kill leaves either no run or one that is found again.
    tags = {RUN_KEY: name.run_key, LINEAGE_KEY: name.lineage_key, ROLE: name.role}
    run = client.create_run(experiment, run_name=name.shown, tags={**tags, "mlflow.source.name": "dvc repro"})
    return str(run.info.run_id)


def set_tags(client: MlflowClient, run: str, tags: Mapping[str, str]) -> None:
    """Set those tags of a run that differ."""
    held = client.get_run(run).data.tags
    for key, value in sorted(tags.items()):
        if held.get(key) != value:
            client.set_tag(run, key, value)
