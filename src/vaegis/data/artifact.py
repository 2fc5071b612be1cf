"""A pinned file of a published package: fetched with the package client, kept in the user's cache, always verified."""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from vaegis.bundle import file_digest
from vaegis.durable import replacing
from vaegis.errors import ArtifactError

SDIST: Final = ".tar.gz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """Name one published file and the bytes it must have."""

    requirement: str
    """What the package client is asked for, e.g. `name==1.0`."""
    filename: str
    sha256: str


def fetch(artifact: Artifact) -> Path:
    """Return the artifact's verified file, downloading it only if the cache does not hold these very bytes.

    Raises:
        ArtifactError: it cannot be downloaded, or its SHA-256 is another one. Nothing replaces it.
    """
    cached = cache_folder() / artifact.filename
    if cached.is_file() and file_digest(cached) == artifact.sha256:
        return cached
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent, prefix=".download-") as folder:
        downloaded = _download(artifact, Path(folder))
        _verify(artifact, downloaded)
        with replacing(cached) as temporary:
            downloaded.replace(temporary)
    return cached


def cache_folder() -> Path:
    """Return where downloads are kept: `$XDG_CACHE_HOME/vaegis/artifacts`, else `~/.cache/vaegis/artifacts`."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "vaegis" / "artifacts"


def _download(artifact: Artifact, folder: Path) -> Path:
    """Let pip verify the bytes too: it runs a source distribution's setup.py to learn its name, but builds nothing."""
    wanted, into = folder / "wanted.txt", folder / "files"
    wanted.write_text(f"{artifact.requirement} --hash=sha256:{artifact.sha256}\n", encoding="utf-8")
    options = ["--no-deps", "--ignore-requires-python", "--disable-pip-version-check", "--no-input", "--quiet"]
    if artifact.filename.endswith(SDIST):
        options += ["--no-binary", ":all:"]
        options += ["--no-build-isolation"] if find_spec("setuptools") else []  # else pip downloads a setuptools
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(into), "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if found := re.search(r"Got\s+([0-9a-f]{64})", done.stdout + done.stderr):
            raise _other_bytes(artifact, found[1])
        errors = [line for line in done.stderr.splitlines() if line.strip()]
        reason = errors[-1].removeprefix("ERROR: ") if errors else f"exit code {done.returncode}"
        raise ArtifactError(f"{artifact.requirement} could not be downloaded ({reason})", where=_by_hand(artifact))
    downloaded = into / artifact.filename
    if not downloaded.is_file():
        found_names = ", ".join(sorted(item.name for item in into.iterdir())) or "nothing"
        what = f"{artifact.requirement} gave {found_names}"
        raise ArtifactError(what, allowed=artifact.filename, where=_by_hand(artifact))
    return downloaded


def _verify(artifact: Artifact, file: Path) -> None:
    if (digest := file_digest(file)) != artifact.sha256:
        raise _other_bytes(artifact, digest)


def _other_bytes(artifact: Artifact, digest: str) -> ArtifactError:
    what = f"{artifact.filename} has sha256 {digest}"
    return ArtifactError(what, allowed=artifact.sha256, where="ask who changed it; nothing else is used instead")


def _by_hand(artifact: Artifact) -> str:
    return f"check the network or the package index, or put {artifact.filename} into {cache_folder()}"
