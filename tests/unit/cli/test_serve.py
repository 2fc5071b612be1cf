import json
from contextlib import closing

import pytest

from vaegis.cli.serve import source_of
from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.fitted.export import attach_onnx
from vaegis.registry.revocation import revoke
from vaegis.serving.current import Current

# Where only the extra `serve` is installed, none of these is.
START = """
import sys
for name in ("torch", "lightning", "sklearn", "matplotlib", "sqlalchemy", "feast", "great_expectations", "scipy"):
    sys.modules[name] = None
from vaegis.cli import main
main()
"""


@pytest.mark.slow
def test_a_folder_is_served_without_torch_until_it_is_ended(here, fitted, listening):
    attach_onnx(fitted, here / "bundle")
    process, server = listening("serve", "bundle", "--port", "0", program=START)
    with closing(server):
        assert process.stderr.readline().startswith("serving bundle version 0, content digest ")
        server.request("GET", "/readyz")
        assert json.loads(server.getresponse().read())["ready"]


@pytest.mark.parametrize(
    ("address", "says"), [("nowhere", "nowhere is no folder"), ("bundle", r"bundle version 0 has no model\.onnx")]
)
def test_where_nobody_looks_again_the_first_failure_is_the_end(here, vaegis, address, says):
    with pytest.raises(ArtifactError, match=says):
        vaegis("serve", address, "--port", "0", "--refresh", "0")


@pytest.mark.parametrize("address", ["models:/", "models:/m@", "models:/m/latest", "models:/a/b@champion"])
def test_what_is_no_address_ends_it_at_once(here, vaegis, address):
    with pytest.raises(ConfigError, match=rf"^{address} is no address; allowed: models:/NAME@ALIAS.*; change: MODEL"):
        vaegis("serve", address, "--port", "0")


def test_so_does_an_address_of_mlflow_that_is_none(here, vaegis, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "mlruns")
    with pytest.raises(ConfigError, match="MLFLOW_TRACKING_URI"):
        vaegis("serve", "models:/m@champion", "--port", "0")


def test_a_registry_out_of_reach_is_asked_again(here, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    current = Current(source_of("models:/m@champion"))
    assert [current.refresh(), current.refresh()] == ["kept", "kept"]


def test_a_folder_of_revoked_content_is_refused(champions, vaegis):
    digest = champions.digest("1")
    revoke(digest, "trained on recalled rows")
    folder = champions.files("1") / "artifacts/bundle"
    with pytest.raises(
        RefusedError, match=rf"bundle was revoked by .*: trained on recalled rows \(content {digest[:12]}"
    ):
        vaegis("serve", str(folder), "--refresh", "0")


def test_impossible_limits_are_refused(here, vaegis):
    with pytest.raises(ConfigError, match="max_rows is 0"):
        vaegis("serve", "bundle", "--max-rows", "0")


def test_a_folder_that_is_not_there(here):
    with pytest.raises(ArtifactError, match="absent is no folder"):
        source_of("absent")()
