"""dvc.yaml says the truth about every stage: its code, its files, its parameters."""

import ast
import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from vaegis import paths
from vaegis.cli.config import SECTIONS
from vaegis.config.load import SECTION_NAMES

ROOT = Path(__file__).resolve().parents[2]
FILES = {name: yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) for name in ("dvc.yaml", "pipelines/dvc.yaml")}
STAGES = {name: stage for file in FILES.values() for name, stage in file["stages"].items()}
ALWAYS = {"ingest", "source_state", "compare", "register", "promote", "publish", "monitor"}
TRAINS = {"train", "baseline"}
# What streams curves to the tracker decides no output of training: how a run is named must not retrain the model.
SIDE_CHANNEL = ("vaegis.registry",)
NAMED = {value.as_posix() for name, value in vars(paths).items() if name.isupper() and isinstance(value, Path)}
# Held apart from `outs`: what stages read or keep without DVC owning it.
NOT_OUTPUTS = {
    paths.PARAMS,
    paths.DVC_FILE,
    paths.DVC_LOCK,
    paths.MONITOR_FILE,
    paths.MONITOR_LOCK,
    paths.FEATURE_REPO,
    paths.RULES,
    paths.REFERENCES,
    paths.OVERLAY,
    paths.CODE,
    paths.STORE,
    paths.STORE_RECEIPT,
    paths.FEAST_STATE,
    paths.PUBLISHED,
    paths.SCRATCH,
    paths.MLRUNS,
    paths.WORKSPACES,
    paths.MONITORING,
    paths.INCIDENTS,
    paths.TRUST,
    paths.REQUIREMENTS,
    paths.APPROVALS,
    paths.LOCKFILE,
}
# dvc itself drops keys of these names from the run cache's key, so a stale output would be restored.
FORBIDDEN_KEYS = {"size", "nfiles"}


def module_file(name):
    """Return the source file of a module of ours, or None."""
    if name.split(".")[0] not in ("vaegis", "pipelines"):
        return None
    base = ROOT / ("src" if name.startswith("vaegis") else "") / name.replace(".", "/")
    return next((file for file in (base.with_suffix(".py"), base / "__init__.py") if file.is_file()), None)


def imported(file):
    """Name every module that a file imports, at any depth of it, with all parent packages."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {".".join(parts[: end + 1]) for parts in (name.split(".") for name in names) for end in range(len(parts))}


def closure(stage):
    """Return the files of ours that a stage can import; a package file that holds only words decides nothing."""
    side = SIDE_CHANNEL if stage in TRAINS else ()
    waiting, seen = [ROOT / f"pipelines/{stage}.py"], set()
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += [found for name in imported(file) if (found := module_file(name)) and not name.startswith(side)]
    return {file.relative_to(ROOT).as_posix() for file in seen if has_code(file)}


def has_code(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def entries(stage, *kinds):
    """Return the declared paths of a stage, whether or not options stand beside them."""
    found = [entry for kind in kinds for entry in STAGES[stage].get(kind, [])]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in found]


def is_code(path):
    return path.startswith(("src/", "pipelines/"))


def covers(dependency, file):
    return file == dependency or file.startswith(f"{dependency}/")


def test_there_is_one_file_for_every_stage_and_one_stage_for_every_file():
    files = {path.stem for path in (ROOT / "pipelines").glob("*.py")} - {"__init__"}
    assert set(STAGES) == files
    assert {name: stage["cmd"] for name, stage in STAGES.items()} == {
        name: f"python -m pipelines.{name}" for name in files
    }


@pytest.mark.parametrize("stage", STAGES)
def test_import_closure_is_declared(stage):
    code = [path for path in entries(stage, "deps") if is_code(path)]
    needed = closure(stage)
    missing = sorted(file for file in needed if not any(covers(path, file) for path in code))
    unused = sorted(path for path in code if not any(covers(path, file) for file in needed))
    assert not missing, f"dvc.yaml, {stage}.deps lacks:\n" + "\n".join(f"      - {path}" for path in missing)
    assert not unused, f"dvc.yaml, {stage}.deps names what the stage does not import: {unused}"


@pytest.mark.parametrize("stage", sorted(set(STAGES) - ALWAYS))
def test_code_folders_are_declared_only_where_all_of_them_is_used(stage):
    """An edit must not run a stage that does not see it; stages that always run name the whole package."""
    needed = closure(stage)
    for folder in [path for path in entries(stage, "deps") if is_code(path) and (ROOT / path).is_dir()]:
        files = {file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob("*.py") if has_code(file)}
        assert files <= needed, f"{stage}: {folder} also holds {sorted(files - needed)}; name the files instead"


def test_outputs_are_the_named_paths():
    declared = [path for stage in STAGES for path in entries(stage, "outs", "metrics", "plots")]
    assert sorted(declared) == sorted(NAMED - {path.as_posix() for path in NOT_OUTPUTS})


def test_dependencies_exist_or_are_made_by_a_stage():
    made = {path for stage in STAGES for path in entries(stage, "outs", "metrics", "plots")}
    for stage in STAGES:
        for path in entries(stage, "deps"):
            assert path in made or (ROOT / path).exists(), f"{stage}: {path}"


@pytest.mark.parametrize("stage", STAGES)
def test_files_that_a_stage_mentions_are_declared(stage):
    source = (ROOT / f"pipelines/{stage}.py").read_text(encoding="utf-8")
    mentioned = {getattr(paths, name).as_posix() for name in re.findall(r"paths\.([A-Z_]+)", source)}
    declared = set(entries(stage, "deps", "outs", "metrics", "plots"))
    kept = (paths.STORE, paths.STORE_RECEIPT, paths.FEAST_STATE, paths.SCRATCH, paths.MLRUNS, paths.MONITORING)
    exempt = {path.as_posix() for path in kept}
    uncovered = {path for path in mentioned - exempt if not any(covers(entry, path) for entry in declared)}
    assert uncovered <= {paths.PARAMS.as_posix(), paths.FEATURE_REPO.as_posix()}


def test_what_looks_outside_always_runs():
    assert {name for name, stage in STAGES.items() if stage.get("always_changed")} == ALWAYS


def test_monitoring_runs_when_it_is_asked_for_and_trains_nothing():
    """DVC runs the dvc.yaml of its own folder; what another stage makes would be made before monitoring looks."""
    (name,) = [file for file, held in FILES.items() if "monitor" in held["stages"]]
    assert name != paths.DVC_FILE.as_posix()
    assert FILES[name].keys() == {"stages"}
    assert FILES[name]["stages"].keys() == {"monitor"}
    stage, made = STAGES["monitor"], {path for other in STAGES for path in entries(other, "outs", "metrics", "plots")}
    assert (ROOT / name).parent / stage["wdir"] == ROOT / "pipelines" / ".."
    assert not entries("monitor", "outs", "metrics", "plots")
    assert not [path for path in entries("monitor", "deps") if any(covers(path, out) for out in made)]


def test_nothing_survives_a_rerun_unseen():
    """`persist` disables the run cache; a finished checkpoint as an output once "trained" in 0.03 s."""
    options = [entry for stage in STAGES.values() for entry in stage.get("outs", []) if isinstance(entry, dict)]
    assert not [entry for entry in options if "persist" in next(iter(entry.values()))]


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_are_the_sections_that_the_code_loads(stage):
    loaded = set()
    for file in closure(stage):
        loaded |= set(re.findall(r"load_section\(\s*\"(\w+)\"", (ROOT / file).read_text(encoding="utf-8")))
    declared = set(STAGES[stage].get("params", []))
    assert loaded <= declared, f"{stage} loads {sorted(loaded - declared)}, not among its params"
    assert declared <= set(SECTIONS)


@pytest.mark.parametrize("folder", [ROOT, *sorted((ROOT / "domains").iterdir())], ids=lambda folder: folder.name)
def test_every_params_file_has_what_the_stages_name(folder):
    """DVC fails a stage, after all those before it, whose section is not there."""
    held = set(yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8")))
    assert {name for stage in STAGES.values() for name in stage.get("params", [])} <= held


def test_sections_are_one_list():
    assert tuple(SECTIONS) == SECTION_NAMES
    assert set(STAGES) <= set(SECTIONS)


def test_no_parameter_has_a_name_that_dvc_forgets():
    fields = {f"{name}.{field.name}" for name, kind in SECTIONS.items() for field in dataclasses.fields(kind)}
    shown = set(keys(yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))))
    assert not [key for key in fields | shown if key.split(".")[-1] in FORBIDDEN_KEYS]


def test_params_are_few_and_plain():
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    assert "${" not in text, "dvc hashes an interpolation unresolved"
    assert len(list(keys(yaml.safe_load(text)))) <= 20


def keys(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
