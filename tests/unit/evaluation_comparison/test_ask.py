"""Each version answers in its own process, by the code that can read it."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

import vaegis
from vaegis.errors import ArtifactError
from vaegis.evaluation.comparison.ask import Contender, ask


@pytest.fixture
def wanted(compared_rows, task, tmp_path):
    compared_rows.frame.head(50).to_parquet(tmp_path / "few.parquet", index=False)
    return {**asdict(task), "rows": str(tmp_path / "few.parquet"), "faults": ""}


def test_answers_are_in_the_order_asked(contenders, wanted, tmp_path):
    told = ask(contenders, wanted, tmp_path)
    assert [answers.kind for answers in told] == ["vae", "autoencoder"]
    assert all(len(answers.rows) == 50 for answers in told)
    assert all(answers.faults.empty for answers in told)


@pytest.mark.slow
def test_a_bundle_of_another_format_is_read_by_its_own_code(contenders, wanted, tmp_path):
    """A future format that only the code logged with it knows: the installed one refuses it."""
    bundle = Path(shutil.copytree(contenders[0].bundle, tmp_path / "newer"))
    index = json.loads((bundle / "bundle.json").read_text())
    (bundle / "bundle.json").write_text(json.dumps({**index, "format_version": 99}))
    code = tmp_path / "code"
    shutil.copytree(Path(vaegis.__file__).parent, code / "vaegis", ignore=shutil.ignore_patterns("__pycache__"))
    file = code / "vaegis/bundle/format.py"
    file.write_text(file.read_text().replace("FORMAT_VERSION: Final = 1", "FORMAT_VERSION: Final = 99"))
    # What it hashes holds the version, so its digest is another one.
    digest = _digest_of(index, 99)
    (bundle / "bundle.json").write_text(json.dumps({**index, "format_version": 99, "content_digest": digest}))
    told = ask([Contender(label="newer", bundle=bundle, code=code)], wanted, tmp_path)
    assert told[0].content_digest == digest
    (tmp_path / "again").mkdir()
    with pytest.raises(ArtifactError, match=r"newer cannot be asked: .*format_version 99"):
        ask([Contender(label="newer", bundle=bundle)], wanted, tmp_path / "again")


def _digest_of(index, version):
    import hashlib

    from vaegis.durable import canonical_json

    body = {"format_version": version, "kind": index["kind"], "parts": index["parts"]}
    return hashlib.sha256(canonical_json(body)).hexdigest()


def test_an_altered_bundle_names_itself(contenders, wanted, tmp_path):
    bundle = Path(shutil.copytree(contenders[0].bundle, tmp_path / "altered"))
    weights = bytearray((bundle / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (bundle / "weights.safetensors").write_bytes(weights)
    with pytest.raises(ArtifactError, match=r"mine cannot be asked: .*weights\.safetensors was altered"):
        ask([Contender(label="mine", bundle=bundle)], wanted, tmp_path)
