import json
from contextlib import closing

import pytest

from vaegis.cli.serve import source_of
from vaegis.errors import ArtifactError, ConfigError
from vaegis.fitted.export import attach_onnx

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


def test_impossible_limits_are_refused(here, vaegis):
    with pytest.raises(ConfigError, match="max_rows is 0"):
        vaegis("serve", "bundle", "--max-rows", "0")


def test_a_folder_that_is_not_there(here):
    with pytest.raises(ArtifactError, match="absent is no folder"):
        source_of("absent")()
