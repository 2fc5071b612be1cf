"""The house rules that a reader relies on, checked on every file."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/vaegis"
DEFINITIONS = [*(ROOT / "feature_repo").rglob("*.py"), *(ROOT / "domains").glob("*/feature_repo/*.py")]
SOURCES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "pipelines").glob("*.py"), *DEFINITIONS])
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py"))
MAX_FILE, MAX_FUNCTION, MAX_STAGE = 250, 50, 30
NOBODYS_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "shared"}
# Words of the demos' domains: rooms are for any table. The demos stand in data/sources, feature_repo and domains.
DOMAIN = (
    "turbine wind windfarm farm scada nacelle yaw pitch blade rotor era5 haute borne openoa flight airline airport nyc"
)
WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(DOMAIN.split())})s?(?![a-z])")
# Defaults that make the demo run without a params.yaml.
DEMO_DEFAULTS = {"config/ingest.py", "config/pull.py", "config/register.py"}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path):
    return path.relative_to(ROOT).as_posix()


def calls(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def imports(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name)
def test_files_and_functions_are_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = MAX_STAGE if path.parent.name == "pipelines" and path.parent.parent == ROOT else MAX_FILE
    assert lines <= limit
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: size for node in functions if (size := node.end_lineno - node.lineno + 1) > MAX_FUNCTION}
    assert not long


def test_nothing_is_named_after_nothing():
    parts = {part for path in SOURCES for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert not {part for part in parts if set(part.split("_")) & NOBODYS_NAMES}


@pytest.mark.parametrize("path", [path for path in SOURCES if path.is_relative_to(PACKAGE)], ids=name)
def test_no_domain_word_stands_in_a_room(path):
    inside = path.relative_to(PACKAGE).as_posix()
    if not inside.startswith("data/sources/") and inside not in DEMO_DEFAULTS:
        found = WORD.findall(path.read_text(encoding="utf-8").lower())
        assert not found, f"{inside}: {sorted(set(found))}"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_pickle_and_nothing_left_undone(path):
    assert not set(imports(path)) & {"cloudpickle", "dill", "joblib", "shelve", "marshal"}
    for call in calls(path):
        called = ast.unparse(call.func)
        assert not called.startswith("pickle."), f"line {call.lineno}: {called}"
        if called == "torch.load":
            assert ("weights_only", "True") in {(word.arg, ast.unparse(word.value)) for word in call.keywords}
    raised = [ast.unparse(node.exc) for node in ast.walk(tree(path)) if isinstance(node, ast.Raise) and node.exc]
    assert not [error for error in raised if error.startswith("NotImplementedError")]


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_importing_changes_nothing(path):
    """Only definitions stand at the top of a module; what acts, acts when called.

    Definitions for Feast, and the file that MLflow runs to make a served model, register themselves.
    """
    guard = "__name__ == '__main__'"
    registers = path.parent.name == "feature_repo" or path == PACKAGE / "registry/served.py"
    for node in tree(path).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not registers:
            pytest.fail(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.If):
            assert ast.unparse(node.test) in (guard, "TYPE_CHECKING")


def test_rooms_import_downwards_only():
    told = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_source_is_ignored_by_git():
    """An unanchored `data/` in .gitignore once hid a whole room."""
    told = subprocess.run(
        ["git", "check-ignore", *[name(path) for path in [*SOURCES, *TESTS]]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode == 128:
        pytest.skip("no git repository here")
    assert told.stdout == ""


def test_every_module_says_what_it_is():
    silent = [name(path) for path in SOURCES if not ast.get_docstring(tree(path))]
    assert not silent
