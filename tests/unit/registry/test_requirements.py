import re
from importlib.metadata import version

from vaegis.registry import requirements
from vaegis.registry.requirements import PACKAGES, pinned_requirements


def test_requirements_are_plain_pins_of_what_is_installed() -> None:
    pins = pinned_requirements()
    assert [pin.partition("==")[0] for pin in pins] == list(PACKAGES)
    assert all(re.fullmatch(r"[a-z]+==[0-9.]+(post\d+)?", pin) for pin in pins)
    assert f"numpy=={version('numpy')}" in pins


def test_a_build_tag_is_left_out(monkeypatch) -> None:
    monkeypatch.setattr(requirements, "version", lambda _: "2.13.0+cpu")
    assert pinned_requirements()[-1] == "torch==2.13.0"


def test_a_flow_needs_its_library_and_nobody_else_does() -> None:
    assert pinned_requirements("flow") == [*pinned_requirements("mixture"), f"zuko=={version('zuko')}"]
