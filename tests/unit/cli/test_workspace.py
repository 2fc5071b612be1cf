import pytest
from omegaconf import OmegaConf

from vaegis.cli.workspace import prepare
from vaegis.errors import ConfigError

WORKSPACES = """
fast: &fast
  params: {pull: {max_rows: 100}, train: {epochs: 2}}
  advisory: [b]
worse:
  <<: *fast
  params: {train: {beta: 9.0}}
odd:
  advisory: [d]
"""
FILES = {
    "params.yaml": "pull: {max_rows: 0, service: s}\ntrain: {epochs: 20, beta: 1.0} # why\n",
    "workspaces.yaml": WORKSPACES,
    "dvc.yaml": "stages: {}\n",
    ".dvcignore": "__pycache__\n",
    "policy.yaml": "gates: [{name: a, metric: x}, {name: b, metric: y}, {name: c, metric: z, required: false}]\n",
    "feature_repo/features.py": "a = 1\n",
    "feature_repo/__pycache__/features.pyc": "x",
    "src/vaegis/a.py": "",
    "pipelines/a.py": "",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def times(root):
    return {path: path.lstat().st_mtime_ns for path in root.rglob("*") if path.is_file() or path.is_symlink()}


def test_changed_params_and_everything_else_as_it_is(project):
    root = prepare("fast")
    params = OmegaConf.to_container(OmegaConf.load(root / "params.yaml"))
    assert params == {"pull": {"max_rows": 100, "service": "s"}, "train": {"epochs": 2, "beta": 1.0}}
    for name in ("dvc.yaml", ".dvcignore", "feature_repo/features.py"):
        assert (root / name).read_text() == FILES[name]
    assert not (root / "feature_repo/__pycache__").exists()
    assert "no_scm = true" in (root / ".dvc/config").read_text()


def test_advisory_gates_are_shown_but_not_required(project):
    gates = OmegaConf.load(prepare("fast") / "policy.yaml").gates
    assert [(gate.name, gate.required) for gate in gates] == [("a", True), ("b", False), ("c", False)]
    with pytest.raises(ConfigError, match=r"advisory gate 'd' is unknown; allowed: a, b, c; change: workspaces\.yaml"):
        prepare("odd")


def test_code_and_store_are_the_projects_own(project):
    root = prepare("fast")
    for name in ("src", "data/store"):
        assert (root / name).is_symlink()
        assert (root / name).resolve() == (project / name).resolve()
        assert not (root / name).readlink().is_absolute()


def test_stages_are_copied_and_each_side_keeps_its_own_lock(project):
    """DVC would write its lock through a link into the project's folder."""
    root, lock = prepare("fast"), "pipelines/dvc.lock"
    assert not (root / "pipelines").is_symlink()
    assert (root / "pipelines/a.py").read_text() == ""
    (project / lock).write_text("the project's")
    prepare("fast")
    assert not (root / lock).exists()
    (root / lock).write_text("the workspace's")
    (root / "pipelines/__pycache__").mkdir()
    (root / "pipelines/__pycache__/a.pyc").touch()
    (project / "pipelines/a.py").rename(project / "pipelines/b.py")
    prepare("fast")
    names = {path.relative_to(root / "pipelines").as_posix() for path in (root / "pipelines").rglob("*.*")}
    assert names == {"b.py", "dvc.lock", "__pycache__/a.pyc"}
    assert ((project / lock).read_text(), (root / lock).read_text()) == ("the project's", "the workspace's")


def test_a_link_of_an_earlier_version_becomes_a_copy(project):
    (project / "workspaces/fast").mkdir(parents=True)
    (project / "workspaces/fast/pipelines").symlink_to("../../pipelines", target_is_directory=True)
    root = prepare("fast")
    assert not (root / "pipelines").is_symlink()
    assert (root / "pipelines/a.py").is_file()
    assert (project / "pipelines/a.py").is_file()


def test_workspaces_may_build_on_one_another(project):
    root = prepare("worse")
    params = OmegaConf.load(root / "params.yaml")
    assert (params.pull.max_rows, params.train.epochs, params.train.beta) == (0, 20, 9.0)
    assert OmegaConf.load(root / "policy.yaml").gates[1].required is False


def test_second_time_touches_nothing(project):
    root = prepare("fast")
    before = times(root)
    prepare("fast")
    assert times(root) == before


def test_changes_and_removals_arrive_and_only_those(project):
    root = prepare("fast")
    (project / "feature_repo/new.py").write_text("b = 2\n")
    before = times(root)
    prepare("fast")
    (project / "feature_repo/features.py").unlink()
    (project / "params.yaml").write_text("train: {beta: 3.0}\n")
    prepare("fast")
    changed = {path for path, time in times(root).items() if before.get(path) != time}
    assert changed == {root / "feature_repo/new.py", root / "params.yaml"}
    assert not (root / "feature_repo/features.py").exists()


def test_link_astray_is_mended(project):
    root = prepare("fast")
    (root / "src").unlink()
    (root / "src").symlink_to("/nowhere")
    prepare("fast")
    assert (root / "src/vaegis/a.py").is_file()


def test_unknown_workspace_lists_the_known(project):
    with pytest.raises(
        ConfigError, match=r"workspace 'slow' is unknown; allowed: fast, worse, odd; change: workspaces\.yaml"
    ):
        prepare("slow")
    assert not (project / "workspaces/slow").exists()


@pytest.fixture
def domain(project):
    """A second table's folder beside the first's."""
    folder = project / "domains/other"
    (folder / "feature_repo").mkdir(parents=True)
    (folder / "params.yaml").write_text("pull: {service: other, max_rows: 0}\n")
    (folder / "policy.yaml").write_text("gates: [{name: z, metric: x}]\n")
    (folder / "feature_repo/other.py").write_text("c = 3\n")
    with (project / "workspaces.yaml").open("a") as file:
        file.write("other: {from: domains/other, params: {pull: {max_rows: 5}}, advisory: [z]}\n")
        file.write("torn: {from: domains/none}\ntypo: {form: domains/other}\n")
    return folder


def test_a_workspace_may_come_from_another_domain(project, domain):
    root = prepare("other")
    assert OmegaConf.to_container(OmegaConf.load(root / "params.yaml")) == {"pull": {"service": "other", "max_rows": 5}}
    assert [(gate.name, gate.required) for gate in OmegaConf.load(root / "policy.yaml").gates] == [("z", False)]
    assert [path.name for path in (root / "feature_repo").iterdir()] == ["other.py"]
    assert (root / "dvc.yaml").read_text() == FILES["dvc.yaml"]
    assert (root / "data/store").resolve() == domain / "data/store"
    assert not (root / "data/store").readlink().is_absolute()


def test_domains_share_nothing_but_code(project, domain):
    first, other = prepare("fast"), prepare("other")
    (first / "data/store/a.parquet").write_text("a")
    (other / "data/store/b.parquet").write_text("b")
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    prepare("other")
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    assert [path.name for path in (project / "data/store").iterdir()] == ["a.parquet"]
    assert [path.name for path in (domain / "data/store").iterdir()] == ["b.parquet"]
    assert (first / "src").resolve() == (other / "src").resolve()


def test_a_domain_must_be_whole_and_its_key_spelt(project, domain):
    missing = r"workspace from domains/none: domains/none/params\.yaml does not exist; allowed: a folder with params"
    with pytest.raises(ConfigError, match=missing):
        prepare("torn")
    with pytest.raises(ConfigError, match="workspace typo: key 'form' is unknown; allowed: from, params, advisory"):
        prepare("typo")
    assert not (project / "workspaces/torn").exists()
