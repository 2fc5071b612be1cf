"""DSSE envelopes: a payload, its type, and signatures over both.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, version 1: what is signed is
PAE(type, body) = "DSSEv1" SP len(type) SP type SP len(body) SP body.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vaegis.errors import ArtifactError
from vaegis.governance.entry import Signer, Verifier

STATEMENT: Final = "application/vnd.vaegis.statement+json"
IN_TOTO: Final = "application/vnd.in-toto+json"


def seal(kind: str, payload: bytes, signer: Signer) -> dict[str, Any]:
    """Return the signed envelope as JSON."""
    signature = signer.sign(encode(kind, payload))
    return {
        "payloadType": kind,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": signer.key, "sig": base64.b64encode(signature).decode()}],
    }


def payload_of(envelope: Mapping[str, Any], kind: str) -> bytes:
    """Return the payload before anybody checked who signed it.

    Raises:
        ArtifactError: it is no envelope, or one of another type.
    """
    try:
        if envelope["payloadType"] != kind:
            raise ArtifactError(f"the envelope holds {str(envelope['payloadType'])[:80]!r}", allowed=kind)
        return base64.b64decode(envelope["payload"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise ArtifactError("it is no DSSE envelope, or it is truncated") from None


def unseal(envelope: Mapping[str, Any], kind: str, verifier: Verifier, at: datetime) -> tuple[bytes, str]:
    """Return the payload and who signed it; every signature in it must hold, and all be of one person.

    Raises:
        ArtifactError: a signature is missing, forged, truncated, repeated, or by a key that does not count `at`.
    """
    payload = payload_of(envelope, kind)
    message = encode(kind, payload)
    given = envelope.get("signatures")
    if not isinstance(given, list) or not given:
        raise ArtifactError("the envelope is not signed")
    people, keys = set(), []
    for item in given:
        try:
            key, signature = str(item["keyid"]), base64.b64decode(item["sig"], validate=True)
        except (KeyError, TypeError, binascii.Error):
            raise ArtifactError("a signature in the envelope is truncated or not base64") from None
        people.add(verifier.verify(key, message, signature, at))
        keys.append(key)
    if len(people) != 1 or len(set(keys)) != len(keys):
        raise ArtifactError("the envelope holds a duplicate signature, or signatures of several people")
    return payload, people.pop()


def encode(kind: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding, the bytes that are signed."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)
