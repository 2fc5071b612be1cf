import pytest

from vaegis.errors import ArtifactError, RefusedError, ServiceError
from vaegis.serving.current import Current, Found


class Registry:
    """Answers with a version, or with an error."""

    def __init__(self, files):
        self.files, self.version, self.error = files, "1", None

    def __call__(self):
        if self.error:
            raise self.error
        return Found(model="machines", version=self.version, files=self.files)


@pytest.fixture
def registry(bundle_files):
    return Registry(bundle_files)


def test_nothing_is_served_before_the_first_look(registry):
    current = Current(registry)
    with pytest.raises(ServiceError, match="no model is served: not loaded yet"):
        current.take()
    assert current.refresh() == "swapped"
    assert (current.take().version, current.refusal) == ("1", "")


def test_a_load_says_what_is_wrong(registry):
    current = Current(registry)
    registry.error = ArtifactError("altered")
    with pytest.raises(ArtifactError, match="altered"):
        current.load()
    registry.error = None
    current.load()
    assert current.take().version == "1"


def test_a_new_version_takes_over_and_the_old_one_goes_on_for_who_holds_it(registry):
    current = Current(registry)
    current.refresh()
    held = current.take()
    assert current.refresh() == "same"
    assert current.take() is held
    registry.version = "2"
    assert current.refresh() == "swapped"
    assert (held.version, current.take().version) == ("1", "2")


@pytest.mark.parametrize("error", [ServiceError("out of reach"), ArtifactError("altered"), KeyError("a library")])
def test_the_last_good_one_goes_on_when_the_source_fails(registry, error):
    current = Current(registry)
    current.refresh()
    registry.error = error
    assert current.refresh() == "kept"
    assert current.take().version == "1"


def test_a_version_that_cannot_be_scored_does_not_take_over(registry, bundle_files):
    current = Current(registry)
    current.refresh()
    registry.version = "2"
    registry.files = {name: content for name, content in bundle_files.items() if name != "attachments.json"}
    assert current.refresh() == "kept"
    assert current.take().version == "1"


def test_a_revoked_one_answers_no_more_until_another_stands(registry):
    current = Current(registry)
    current.refresh()
    registry.error = RefusedError("version 1 was revoked by ann")
    assert current.refresh() == "refused"
    with pytest.raises(ServiceError, match="version 1 was revoked by ann"):
        current.take()
    registry.error, registry.version = None, "2"
    assert current.refresh() == "swapped"
    assert current.take().version == "2"
