"""Every file that does something has a test file of its own, where a reader looks for it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/vaegis"
UNIT = ROOT / "tests/unit"
# Proved elsewhere, and where.
RANGES, FAMILIES = "unit/config/test_load.py", "unit/likelihoods/test_families.py"
FAMILY_FILES = ("base", "categorical", "circular", "counts", "gaussian", "ordinal", "spike", "student_t")
RANGED = ("admit", "compare", "evaluate", "monitor", "pull", "reference", "register", "split", "train", "validate")
ELSEWHERE = {
    "__init__.py": "contracts/test_imports.py",
    "cli/checkup.py": "unit/cli/test_doctor.py",
    **{f"likelihoods/{name}.py": FAMILIES for name in FAMILY_FILES},
    **{f"config/{name}.py": RANGES for name in RANGED},
}


def acts(path):
    """Whether a module defines functions or methods: data alone needs no test."""
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def mirror(path):
    """Return where the test file is: `room/file.py` -> `room/test_file.py`, `room/part/file.py` -> `room_part/...`."""
    inside = path.relative_to(PACKAGE)
    stem = inside.parent.name if path.stem == "__init__" else path.stem
    return UNIT / "_".join(inside.parent.parts) / f"test_{stem}.py"


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if acts(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_has_its_test_file(path):
    inside = path.relative_to(PACKAGE).as_posix()
    expected = ROOT / "tests" / ELSEWHERE[inside] if inside in ELSEWHERE else mirror(path)
    assert expected.is_file(), f"write {expected.relative_to(ROOT)}"


def test_exceptions_are_still_needed():
    assert [inside for inside in ELSEWHERE if not (PACKAGE / inside).is_file()] == []


def test_every_unit_test_file_is_about_a_module():
    """Stages and feature definitions stand outside the package; their tests are named freely."""
    known = {mirror(path) for path in PACKAGE.rglob("*.py")} | {ROOT / "tests" / path for path in ELSEWHERE.values()}
    outside = {UNIT / "pipelines", UNIT / "feature_repo", UNIT / "domains"}
    strangers = [path for path in UNIT.rglob("test_*.py") if path not in known and path.parent not in outside]
    assert [path.relative_to(ROOT).as_posix() for path in strangers] == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_tests_can_fail(path):
    """Every test states something: an assertion, an expected error, or a call of another check."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert len(node.body) > 1 or not isinstance(node.body[0], ast.Pass), node.name
