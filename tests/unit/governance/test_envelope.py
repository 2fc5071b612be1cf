import base64

import pytest

from vaegis.errors import ArtifactError
from vaegis.governance.envelope import STATEMENT, encode, payload_of, seal, unseal


def test_the_encoding_is_that_of_the_specification():
    """The example of protocol.md."""
    assert encode("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_what_was_sealed_comes_out(people):
    envelope = seal(STATEMENT, b"{}", people.keys["bob"])
    assert unseal(envelope, STATEMENT, people.trust, people.now) == (b"{}", "bob")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda envelope: envelope.update(payload=base64.b64encode(b"[]").decode()), "forged or altered"),
        (lambda envelope: envelope.update(payload="%%"), "truncated"),
        (lambda envelope: envelope.pop("payload"), "no DSSE envelope"),
        (lambda envelope: envelope.update(payloadType="text/plain"), "holds 'text/plain'"),
        (lambda envelope: envelope.update(signatures=[]), "not signed"),
        (lambda envelope: envelope.update(signatures="x"), "not signed"),
        (lambda envelope: envelope["signatures"][0].pop("sig"), "truncated or not base64"),
        (lambda envelope: envelope["signatures"][0].update(sig="AAAA"), "forged"),
        (lambda envelope: envelope["signatures"][0].update(keyid="0"), "not on the trust list"),
        (lambda envelope: envelope["signatures"].append(envelope["signatures"][0]), "duplicate signature"),
    ],
)
def test_whatever_was_spoilt_is_refused(people, spoil, message):
    envelope = seal(STATEMENT, b"{}", people.keys["bob"])
    spoil(envelope)
    with pytest.raises(ArtifactError, match=message):
        unseal(envelope, STATEMENT, people.trust, people.now)


def test_two_people_in_one_envelope_are_refused(people):
    envelope = seal(STATEMENT, b"{}", people.keys["bob"])
    envelope["signatures"] += seal(STATEMENT, b"{}", people.keys["ann"])["signatures"]
    with pytest.raises(ArtifactError, match="several people"):
        unseal(envelope, STATEMENT, people.trust, people.now)


def test_a_signature_for_another_type_is_none_for_this(people):
    envelope = {**seal("text/plain", b"{}", people.keys["bob"]), "payloadType": STATEMENT}
    assert payload_of(envelope, STATEMENT) == b"{}"
    with pytest.raises(ArtifactError, match="forged"):
        unseal(envelope, STATEMENT, people.trust, people.now)
