from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from vaegis.bundle import file_digest
from vaegis.errors import ConfigError
from vaegis.governance.schema import build, hidden, load


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Whole:
    count: int
    parts: tuple[Part, ...] = ()
    words: tuple[str, ...] = ()
    until: datetime | None = None
    one: Part = field(default_factory=lambda: Part(name="x"))
    digest: str = hidden()


def test_everything_is_read(tmp_path):
    path = tmp_path / "whole.yaml"
    path.write_text("count: 2\nparts: [{name: a, share: 1}]\nwords: [b]\nuntil: 2027-01-31\none: {name: y}\n")
    assert load(Whole, path, "here") == Whole(
        count=2,
        parts=(Part(name="a", share=1),),
        words=("b",),
        until=datetime(2027, 1, 31, tzinfo=UTC),
        one=Part(name="y"),
        digest=file_digest(path),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "w: `count` is missing; allowed: count, parts, words, until, one"),
        ({"count": 1, "digest": "x"}, "w: unknown key 'digest'"),
        ({"count": True}, "w: count is True; allowed: int"),
        ({"count": None}, "w: count is None"),
        ({"count": 1.5}, "w: count is 1.5; allowed: int"),
        ({"count": 1, "parts": {}}, "`parts` is {}; allowed: a list of parts"),
        ({"count": 1, "parts": [{"nam": "a"}]}, "w: part 1: unknown key 'nam'"),
        ({"count": 1, "parts": [{"name": "a", "share": "1"}]}, "share is '1'; allowed: int or float"),
        ({"count": 1, "words": [1]}, "words, entry 1, is 1; allowed: str"),
        ({"count": 1, "until": "soon"}, "until is 'soon'; allowed: a date"),
        ({"count": 1, "until": 2027}, "until is 2027"),
        ({"count": 1, "one": "y"}, "w: one is 'y'; allowed: keys name, share"),
        ("text", "w is 'text'"),
    ],
)
def test_whatever_is_unknown_missing_or_mistyped_is_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        build(Whole, given, "w")


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T02:00:00+02:00", datetime(2027, 1, 31, tzinfo=UTC)),
        (datetime(2027, 1, 31, 5), datetime(2027, 1, 31, 5, tzinfo=UTC)),
    ],
)
def test_times_are_utc(until, moment):
    assert build(Whole, {"count": 1, "until": until}, "w").until == moment


@pytest.mark.parametrize(
    ("text", "message"), [("a: [", "is not YAML"), ("", "holds no keys"), ("- 1", "holds no keys")]
)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "whole.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load(Whole, path, "here")
    with pytest.raises(ConfigError, match="does not exist; change: here"):
        load(Whole, tmp_path / "none.yaml", "here")
