import logging
from types import SimpleNamespace

from vaegis.registry import tamper


def test_what_was_shown_is_a_table_json_and_a_picture(tmp_path, monkeypatch, vaegis):
    """What the attacks come to: tests/unit/registry/test_tamper.py."""
    row = {"attack": "a bit flipped", "plain": "READY; answers", "vaegis": "refuses: x", "last_good": "answers"}
    monkeypatch.setattr(tamper, "run_attacks", lambda: [SimpleNamespace(to_json=lambda: row)])
    assert vaegis("demo", "tamper", "--json") == [row]
    assert "plain MLflow" in vaegis("demo", "tamper", "--svg", str(tmp_path / "shown.svg"))
    picture = (tmp_path / "shown.svg").read_text()
    assert "<svg" in picture
    assert logging.getLogger("vaegis.registry.last_good").isEnabledFor(logging.WARNING), "quiet while it is shown only"
    assert picture.count("http") == picture.count("xmlns=") + picture.count("Generated with Rich"), "no font is fetched"
