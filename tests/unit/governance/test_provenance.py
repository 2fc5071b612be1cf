import io
import pickle
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from vaegis.governance import provenance
from vaegis.governance.provenance import COMMITTED, LOCKED, PICKLES, dvc_digest, lock_trouble, pickles, trace

BUNDLE = Path("models/candidate")


def test_a_commit_that_names_the_bytes_is_found(made):
    first = made.commit()
    made.write("README.md", "later")
    made.git("add", "-A")
    made.git("commit", "-qm", "later")
    assert provenance.naming_commit(BUNDLE) == (first, "")
    found = trace(BUNDLE)
    assert found.numbers[COMMITTED] == 1
    assert found.authors == {"Max", "max@example.org", "max"}


def test_no_repository_no_commit_no_author(made):
    found = trace(BUNDLE, [COMMITTED])
    assert found.numbers == {COMMITTED: 0}
    assert found.notes[COMMITTED] == "no commit holds the dvc.lock that names these bytes; commit dvc.lock"
    assert found.authors == frozenset()


def test_a_lock_that_is_not_committed_does_not_count(made):
    made.commit()
    made.write("models/candidate/network.json", "{ }")
    assert "does not name the bytes" in trace(BUNDLE).notes[COMMITTED]
    made.lock()
    assert "commit dvc.lock" in trace(BUNDLE).notes[COMMITTED]
    made.git("commit", "-qam", "new")
    assert trace(BUNDLE).numbers[COMMITTED] == 1
    assert provenance.naming_commit(Path("models/other"))[1] == "models/other is not there"


def test_the_hash_of_a_folder_is_that_of_dvc(tmp_path):
    """As `dvc add` of 3.67 wrote it for these two files."""
    (tmp_path / "f/sub").mkdir(parents=True)
    (tmp_path / "f/b.txt").write_text("beta\n")
    (tmp_path / "f/sub/a.txt").write_text("alpha\n")
    assert dvc_digest(tmp_path / "f") == "706826f4f4de99c9fe510e7f81b5be59.dir"
    assert dvc_digest(tmp_path / "none") == ""


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("numpy=={numpy} \\\n    --hash=sha256:ab \\\n    # via x\nnot-here==1.0 --hash=sha256:cd\n", ""),
        ("numpy[extra]=={numpy} ; python_version > '3' --hash=sha256:ab\n", ""),
        ("numpy=={numpy}\n", "LOCK has no hash for numpy"),
        ("numpy==0.0.1 --hash=sha256:ab\n", "installed beside LOCK: numpy {numpy}, not 0.0.1"),
        ("numpy>=1\n", "LOCK pins nothing"),
        ("", "LOCK pins nothing"),
    ],
)
def test_locks_are_held_against_what_is_installed(tmp_path, text, trouble):
    lock = tmp_path / "requirements.lock"
    lock.write_text(text.replace("{numpy}", version("numpy")))
    assert lock_trouble(lock) == trouble.replace("LOCK", str(lock)).replace("{numpy}", version("numpy"))


def test_a_missing_lock_is_said(tmp_path):
    assert "there is no" in lock_trouble(tmp_path / "none.lock")


def test_the_projects_own_lock_is_what_is_installed():
    """What the set-up of this very repository promises."""
    assert lock_trouble(Path(__file__).parents[3] / "requirements.lock") == ""


def test_pickles_are_found_by_content(made):
    folder = made.root / BUNDLE
    assert pickles(folder) == []
    for protocol in (2, 4, 5):
        (folder / f"a{protocol}.json").write_bytes(pickle.dumps({"x": 1}, protocol))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("archive/data.pkl", "x")
    (folder / "b.bin").write_bytes(held.getvalue())
    (folder / "c.pt").write_bytes(b"")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("words.txt", "x")
    (folder / "fine.zip").write_bytes(plain.getvalue())
    assert pickles(folder) == ["a2.json", "a4.json", "a5.json", "b.bin", "c.pt"]
    found = trace(BUNDLE, [PICKLES])
    assert found.numbers == {PICKLES: 5}
    assert found.notes[PICKLES] == "a2.json, a4.json, a5.json"


def test_only_what_is_asked_is_looked_for(made):
    assert trace(BUNDLE, []).numbers == {}
    assert set(trace(BUNDLE, [LOCKED]).numbers) == {LOCKED}
