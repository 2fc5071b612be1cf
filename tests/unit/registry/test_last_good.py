"""The last model that passed every check answers when the registry's own is refused; attacks: test_download.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import vaegis
from vaegis.errors import ArtifactError, ConfigError, RefusedError, ServiceError
from vaegis.governance import load_policy
from vaegis.registry import download
from vaegis.registry.last_good import load_registered
from vaegis.registry.promotion import promote
from vaegis.registry.registration import register
from vaegis.registry.revocation import revoke

CHAMPION = "models:/machines@champion"


@pytest.fixture
def champion(project):
    registration = register()
    promote(load_policy(Path("policy.yaml")), registration, "key")
    return registration


def spoil() -> None:
    [weights] = Path("mlruns/artifacts").rglob("weights.safetensors")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))


def test_the_last_good_champion_answers_and_says_so(champion, tmp_path: Path, caplog) -> None:
    kept = tmp_path / "kept"
    good = vaegis.load(CHAMPION, keep_last_good=kept)
    spoil()
    with pytest.raises(ArtifactError, match=r"weights.safetensors was altered"):
        vaegis.load(CHAMPION)
    again = vaegis.load(CHAMPION, keep_last_good=kept)
    assert again.content_digest == good.content_digest == champion.content_digest
    assert "is refused, so the last good one answers: version 1" in caplog.text
    assert "weights.safetensors was altered" in caplog.text
    with pytest.raises(ArtifactError):
        load_registered("models:/machines/1", kept)  # another address keeps its own


def test_a_dead_server_is_bridged_too(champion, tmp_path: Path, monkeypatch) -> None:
    kept = tmp_path / "kept"
    load_registered(CHAMPION, kept)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert load_registered(CHAMPION, kept).content_digest == champion.content_digest
    with pytest.raises(ServiceError):
        load_registered(CHAMPION)


def test_a_revoked_one_never_answers(champion, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    load_registered(CHAMPION, kept)
    revoke("machines/1", "recalled")
    with pytest.raises(RefusedError, match=r"was revoked by .* and the last good one: .*was revoked"):
        load_registered(CHAMPION, kept)


def test_a_kept_one_that_was_altered_does_not_answer(champion, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    load_registered(CHAMPION, kept)
    spoil()
    [weights] = kept.rglob("weights.safetensors")
    weights.write_bytes(b"evil")
    with pytest.raises(ArtifactError, match=r"and the last good one: .*weights.safetensors was altered"):
        load_registered(CHAMPION, kept)
    shutil.rmtree(kept)
    with pytest.raises(ArtifactError, match=r"weights.safetensors was altered"):
        load_registered(CHAMPION, kept)


def test_a_mistyped_address_is_no_reason_to_bridge(champion, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no address"):
        load_registered("models:/machines", tmp_path / "kept")


def test_mlflow_s_client_leads_to_the_same_and_to_the_same_checks(champion, monkeypatch) -> None:
    """As it does for a server, whose database nobody can look into."""
    direct = download.fetch_verified(CHAMPION)
    monkeypatch.setattr(download, "see_version", lambda *asked: None)
    assert download.fetch_verified(CHAMPION) == direct
    spoil()
    with pytest.raises(ArtifactError, match=r"weights.safetensors was altered"):
        vaegis.load(CHAMPION)


def test_what_lies_here_is_loaded_without_importing_mlflow(champion) -> None:
    code = f"import sys, vaegis; vaegis.load({CHAMPION!r}); print('mlflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "False\n", done.stderr
