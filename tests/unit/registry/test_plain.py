import pytest

from vaegis.registry.plain import Plain

pytestmark = pytest.mark.slow


def test_what_cannot_be_asked_fails_and_the_next_is_answered(shelf, tmp_path):
    """What it answers of a real model is tested with the attacks."""
    shelf.promote(shelf.add(1))
    with Plain(shelf.uri, tmp_path) as plain:
        assert plain.ask("models:/unknown@champion", tmp_path / "rows.parquet") == "?; fails"
        assert plain.ask("models:/machines@champion", tmp_path / "rows.parquet") == "READY; fails: FileNotFoundError"
