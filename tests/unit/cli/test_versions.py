"""What a person may name for a comparison."""

import pytest

from vaegis.cli.versions import open_version
from vaegis.errors import ArtifactError


def test_a_bundle_folder_is_itself(here):
    contender, facts = open_version("bundle", here / "unused")
    assert (contender.label, contender.bundle.name, contender.code) == ("bundle", "bundle", None)
    assert facts == {}


def test_a_folder_without_a_bundle_is_refused(here):
    (here / "empty").mkdir()
    with pytest.raises(ArtifactError, match="empty holds no bundle"):
        open_version("empty", here / "unused")
