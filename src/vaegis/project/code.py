"""Stage `code` of a project of one's own: which vaegis is installed, as a file that the other stages depend on."""

import hashlib
from pathlib import Path

import vaegis
from vaegis import paths
from vaegis.bundle import tree_manifest
from vaegis.durable import canonical_json, write_json
from vaegis.stage import run_stage


def main() -> None:
    """Write version and digest of the installed package: another one makes every stage run again."""
    manifest = tree_manifest(Path(vaegis.__file__).parent)
    digest = hashlib.sha256(canonical_json(manifest)).hexdigest()
    write_json(paths.CODE, {"package": "vaegis", "version": vaegis.__version__, "sha256": digest})


if __name__ == "__main__":
    run_stage("code", main)
