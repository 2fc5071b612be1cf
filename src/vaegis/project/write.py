"""Write a project: every file, or none."""

from collections.abc import Mapping
from pathlib import Path

from vaegis import paths
from vaegis.durable import replacing
from vaegis.errors import ConfigError
from vaegis.project.definitions import feature_store_yaml, features_py
from vaegis.project.derivation import NOTHING, derive_py
from vaegis.project.gates import absent_metrics, advisory_metrics, own_policy
from vaegis.project.git import can_make, encloses, make_repository
from vaegis.project.parameters import params_yaml
from vaegis.project.readme import readme_md
from vaegis.project.rules import expectations_json
from vaegis.project.shipped import shipped, stage_files
from vaegis.project.stages import own_monitor, own_stages
from vaegis.project.surroundings import surroundings
from vaegis.project.survey import Survey


def check_target(folder: Path) -> Path:
    """Return the folder's full path if a project can be made there.

    Raises:
        ConfigError: it holds something, is a file, or is where the shell stands.
    """
    target = folder.absolute()
    where = "DIR"
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        what = "is a file" if target.is_file() else "is not empty"
        raise ConfigError(f"{folder} {what}", allowed="a folder that is empty or not there yet", where=where)
    if Path.cwd().is_relative_to(target.resolve()):
        what = f"{folder} is the folder you stand in"
        raise ConfigError(what, allowed="a folder that takes its place whole, such as ../mine", where=where)
    return target.resolve()


def project_files(survey: Survey) -> dict[str, str]:
    """Map the path of every file of the project to its text, those that depend on git aside."""
    blueprint = survey.blueprint
    definitions = {
        "derive.py": derive_py(blueprint.parts, blueprint.raw.time) if blueprint.parts else NOTHING,
        "expectations.json": expectations_json(survey.frame, blueprint.raw),
        "references.json": "[]\n",
        **(own_definitions(survey) if survey.is_own else {}),
        **survey.definitions,
    }
    policy = shipped("policy.yaml").read_text(encoding="utf-8")
    return {
        "README.md": readme_md(survey),
        "params.yaml": params_yaml(
            ingest=survey.ingest,
            source_state=survey.source_state,
            pull={**survey.pull, "service": blueprint.service, "max_rows": 0},
            split=survey.split,
            training=survey.training,
            model=survey.model,
        ),
        "policy.yaml": own_policy(policy, absent_metrics(blueprint.schema), advisory_metrics(len(survey.frame))),
        "dvc.yaml": own_stages(shipped("dvc.yaml").read_text(encoding="utf-8")),
        **stage_files(),
        paths.MONITOR_FILE.as_posix(): own_monitor(shipped(paths.MONITOR_FILE.as_posix()).read_text(encoding="utf-8")),
        **{f"feature_repo/{name}": text for name, text in definitions.items()},
    }


def own_definitions(survey: Survey) -> dict[str, str]:
    """Return feature definitions for a table that has none."""
    return {
        "feature_store.yaml": feature_store_yaml(survey.blueprint),
        "features.py": features_py(survey.blueprint),
    }


def write_project(target: Path, files: Mapping[str, str]) -> str:
    """Write the files into `target`, in one step; return what was done about git.

    They are written beside it first: a kill leaves no half project, and the next try clears what it left.
    """
    inside = encloses(target)
    with_git = inside or can_make()
    if target.is_dir():
        target.rmdir()
    with replacing(target) as folder:
        for name, text in {**files, **surroundings(with_git=with_git)}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        if with_git and not inside:
            make_repository(folder)
    if inside:
        return "part of the git repository around it"
    return "a git repository with a first commit" if with_git else "without git"
