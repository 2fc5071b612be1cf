"""The digest of the installed package: the same until the package is another."""

import json
import shutil
from pathlib import Path

import vaegis
from vaegis import paths
from vaegis.project import code


def test_it_names_version_and_bytes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code.main()
    first = paths.CODE.read_bytes()
    record = json.loads(first)
    assert (record["package"], record["version"]) == ("vaegis", vaegis.__version__)
    code.main()
    assert paths.CODE.read_bytes() == first


def test_another_package_has_another_digest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code.main()
    first = json.loads(paths.CODE.read_bytes())
    copy = Path(shutil.copytree(Path(vaegis.__file__).parent, tmp_path / "vaegis"))
    (copy / "errors.py").write_text("changed = True\n")
    monkeypatch.setattr(vaegis, "__file__", str(copy / "__init__.py"))
    code.main()
    assert json.loads(paths.CODE.read_bytes())["sha256"] != first["sha256"]
