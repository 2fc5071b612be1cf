import base64
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from vaegis.errors import ArtifactError
from vaegis.governance.entry import NOTHING, Entry, canonical, parse, read_time

START = datetime(2026, 1, 1, tzinfo=UTC)


class Key:
    """A signer and the verifier that knows it."""

    key, person = "k1", "ann"

    def __init__(self):
        self.private = Ed25519PrivateKey.generate()

    def sign(self, message):
        return self.private.sign(message)

    def verify(self, key, message, signature, at):
        if key != self.key:
            raise ArtifactError(f"key {key} is unknown")
        try:
            self.private.public_key().verify(signature, message)
        except InvalidSignature:
            raise ArtifactError("the signature is forged") from None
        return self.person


def make(before=None, signer=None, **changes):
    record = {
        "seq": before.seq + 1 if before else 1,
        "time": (START + timedelta(hours=before.seq if before else 0)).isoformat(timespec="microseconds"),
        "event": "COMMIT",
        "actor": "ann",
        "body": {"model": "m", "version": "1"},
        "previous": before.digest if before else NOTHING,
    }
    return Entry(**{**record, **changes}).sealed(signer)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\u00e9\U0001f600"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text("xyz"), JSON, max_size=3))
def test_an_entry_survives_its_line(body):
    entry = make(body=body)
    read = parse(entry.line, 1)
    read.check(None, None)
    assert read.line == entry.line
    assert read.digest == entry.digest


def test_keys_are_sorted_as_rfc_8785_says():
    assert canonical({"\u20ac": 1, "\r": 2, "1": 1e21, "\u00f6": [333333333.33333329, 1e-7]}) == (
        b'{"\\r":2,"1":1e+21,"\xc3\xb6":[333333333.3333333,1e-7],"\xe2\x82\xac":1}'
    )


def test_what_json_cannot_hold_is_refused():
    for value in (float("nan"), float("inf"), 2**60, {1: 2}):
        with pytest.raises(ArtifactError, match="canonical JSON"):
            canonical({"x": value})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"actor": "bob"}, "entry 2: it was edited"),
        ({"body": {}}, "entry 2: it was edited"),
        ({"seq": 3}, "entry 2: it is numbered 3"),
        ({"digest": "0" * 64}, "entry 2: it was edited"),
    ],
)
def test_an_edit_is_named(changes, why):
    first = make()
    second = dataclasses.replace(make(first), **changes)
    with pytest.raises(ArtifactError, match=why):
        second.check(first, None)


def test_an_entry_that_follows_another_is_refused():
    with pytest.raises(ArtifactError, match="entry 2: it does not follow"):
        make(make()).check(make(actor="somebody else"), None)


def test_time_does_not_run_backwards():
    first = make()
    with pytest.raises(ArtifactError, match="is before that of the entry before it"):
        make(first, time=(START - timedelta(seconds=1)).isoformat()).check(first, None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line[:-5],
        lambda line: b"\n",
        lambda line: b"[]\n",
        lambda line: line.replace(b'"seq":1', b'"seq": 1'),
        lambda line: line.replace(b"{", b'{"extra":1,', 1),
        lambda line: line.replace(b'"2026-01-01', b'"someday'),
        lambda line: line.replace(b'"event":"COMMIT",', b""),
    ],
)
def test_a_line_that_is_no_entry_is_refused(spoil):
    with pytest.raises(ArtifactError, match="audit log, entry 1: it is not"):
        parse(spoil(make().line), 1)


def test_signatures_hold_and_their_loss_shows():
    key = Key()
    first = make(signer=key)
    second = make(first, signer=key)
    first.check(None, key)
    second.check(first, key)
    with pytest.raises(ArtifactError, match="entry 2: it is not signed, though"):
        make(first).check(first, key)
    bare = dataclasses.replace(second, key="", signature="")
    with pytest.raises(ArtifactError, match="it was edited"):
        bare.check(first, key)


@pytest.mark.parametrize(
    ("signature", "why"),
    [("AAAA", "the signature is forged"), ("%%", "not base64"), (base64.b64encode(bytes(64)).decode(), "forged")],
)
def test_a_forged_or_truncated_signature_is_named(signature, why):
    key = Key()
    with pytest.raises(ArtifactError, match=f"entry 1: .*{why}"):
        dataclasses.replace(make(signer=key), signature=signature).check(None, key)


def test_another_persons_key_does_not_sign_for_this_one():
    with pytest.raises(ArtifactError, match="forged"):
        make(signer=Key()).check(None, Key())


def test_times_without_a_zone_are_utc():
    assert read_time("2026-01-01T00:00:00") == START == read_time("2026-01-01T01:00:00+01:00")
