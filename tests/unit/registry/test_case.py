from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.governance.levels import EVIDENCE
from vaegis.registry.address import tracking_uri
from vaegis.registry.case import STORED, asked, open_case, project_policy_file, stored_evidence
from vaegis.registry.facts import gather
from vaegis.registry.ledger import Ledger
from vaegis.registry.registration import register
from vaegis.registry.review import Desk
from vaegis.registry.stored import location
from vaegis.registry.tracking import connect


def test_the_evidence_lies_with_the_version_and_is_about_it(team) -> None:
    """Registered once: whole, verified, and judged the same from files and from itself."""
    registration = register()
    desk = Desk.lay("machines/1")
    evidence = desk.evidence
    facts = gather("train")
    assert (evidence.model, evidence.content_digest) == ("machines", registration.content_digest)
    assert evidence.parameters["train/seed"] == 0
    assert evidence.figures.authors == {"max", "max@example.org"}
    assert set(evidence.lacking) == {"evidence.json", "requirements.yaml", "privacy.json (nothing was measured)"}

    numbers = facts.evidence(bundle_verifies=True)
    ledger = Ledger.read(tracking_uri())
    case = open_case(desk.policy, ledger, desk.version, "", numbers, evidence)
    assert case.figures.numbers["provenance/committed"] == 1
    assert case.figures.authors == evidence.figures.authors
    assert case.figures.notes[EVIDENCE].startswith("it lacks evidence.json")
    assert desk.review().verdict.gates[0].status == "passed"
    assert asked(desk.policy, ledger, "machines", "", evidence.content_digest) == desk.question
    assert project_policy_file() == Path("policy.yaml")

    nobody = open_case(desk.policy, ledger, desk.version, "", numbers, None)
    assert (nobody.figures.authors, nobody.figures.numbers[EVIDENCE]) == (frozenset(), 0)
    touched_evidence_is_refused(desk)


def touched_evidence_is_refused(desk) -> None:
    client, uri = connect(), tracking_uri()
    file = Path(location(client, "machines", "1").removeprefix("file://")) / STORED / "numbers.json"
    content = file.read_bytes()
    file.write_bytes(content.replace(b"max", b"bob"))
    with pytest.raises(
        ArtifactError, match=r"evidence/numbers.json was altered: SHA-256 is .* \(registered by audit log"
    ):
        stored_evidence(uri, client, desk.version, desk.entry)
    file.write_bytes(content)
    (file.parent / "more.json").write_text("{}")
    with pytest.raises(ArtifactError, match=r"evidence/more.json was added"):
        Desk.lay("machines/1")
