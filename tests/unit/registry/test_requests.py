"""What the guard recognises and decides, without a server; with one: test_server.py."""

import pytest

from vaegis.registry.requests import GUARDED, Grant, Refusal, action, judge_request, parse_body

API = "/api/2.0/mlflow"


@pytest.mark.parametrize(
    ("method", "path", "doing"),
    [
        *((method, f"{API}/{path}", doing) for (method, path), doing in GUARDED.items()),
        ("POST", f"/ajax{API[1:].replace('api', '-api', 1)}/registered-models/alias", "set alias"),
        ("POST", "//api/2.0/mlflow/registered-models//alias", "set alias"),
        ("POST", "/prefix/api/2.0/mlflow/registered-models/alias/", "set alias"),
        ("PUT", "/api/2.0/mlflow-artifacts/artifacts/models/m-1", "artifact"),
        ("POST", "/api/2.0/mlflow-artifacts/mpu/complete/models/m-1", "artifact"),
        ("DELETE", f"{API}/logged-models/m-1", "logged model"),
        ("GET", f"{API}/registered-models/alias", ""),
        ("GET", "/api/2.0/mlflow-artifacts/artifacts/models/m-1", ""),
        ("POST", f"{API}/runs/create", ""),
        ("DELETE", f"{API}/logged-models/m-1/tags/x", ""),
        ("GET", "/health", ""),
    ],
)
def test_what_a_request_would_do(method: str, path: str, doing: str) -> None:
    assert action(method, path) == doing


def test_json_is_read_as_mlflow_reads_it() -> None:
    assert parse_body(b'"{\\"a\\": 1}"') == parse_body(b'{"a": 1}') == {"a": 1}
    assert parse_body(b"") == {}
    assert [parse_body(body) for body in (b"[1]", b"{", b'"x"', b"1")] == [None] * 4


@pytest.fixture
def ledger(shelf):
    one, _ = shelf.add(1), shelf.add(2)
    shelf.promote(one)
    return shelf.ledger


def test_a_protected_alias_needs_an_announcement(shelf, ledger) -> None:
    said = {"name": "machines", "alias": "champion", "version": "2"}
    assert judge_request(ledger, "set alias", "", said).status == 403
    assert judge_request(ledger, "set alias", "", {**said, "version": 1}) == Grant("machines", "champion", "1")
    assert judge_request(ledger, "set alias", "", {**said, "alias": "challenger"}) is None
    assert isinstance(judge_request(ledger, "delete alias", "", said), Refusal)
    from vaegis.governance.audit import INTENT
    from vaegis.registry.journal import audit_log

    audit_log(shelf.uri).append(INTENT, shelf.move("2").body)
    assert judge_request(shelf.ledger, "set alias", "", said) == Grant("machines", "champion", "2")
    assert judge_request(shelf.ledger, "set alias", "", {**said, "version": "3"}).status == 403


@pytest.mark.parametrize(
    ("doing", "said", "refused"),
    [
        ("delete version", {"name": "machines", "version": "1"}, True),
        ("delete version", {"name": "machines", "version": "2"}, False),
        ("change model", {"name": "machines"}, True),
        ("change model", {"name": "others"}, False),
        ("tag", {"name": "machines", "version": "1", "key": "vaegis.content_digest"}, True),
        ("tag", {"name": "machines", "version": "1", "key": "note"}, False),
        ("tag", {"name": "machines", "version": "2", "key": "vaegis.content_digest"}, False),
    ],
)
def test_what_a_promotion_vouches_for_stays(ledger, doing: str, said: dict, refused: bool) -> None:
    assert isinstance(judge_request(ledger, doing, "", said), Refusal) is refused


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("artifacts/models/m-1/artifacts/MLmodel", True),
        ("artifacts/models/m-1", True),
        ("artifacts/models", True),
        ("artifacts/x/../models/m-1/artifacts/new", True),
        ("artifacts/models%2Fm-1/artifacts/new", True),
        ("artifacts/models%252Fm-1/artifacts/new", True),
        ("mpu/create/models/m-1/artifacts/new", True),
        ("artifacts/models/m-2/artifacts/MLmodel", False),
        ("artifacts/models/m-11/artifacts/MLmodel", False),
        ("artifacts/1/0123/artifacts/metrics.json", False),
    ],
)
def test_files_of_promoted_versions_stay(ledger, path: str, refused: bool) -> None:
    found = judge_request(ledger, "artifact", f"/api/2.0/mlflow-artifacts/{path}", {})
    assert isinstance(found, Refusal) is refused
    assert isinstance(judge_request(ledger, "logged model", f"{API}/logged-models/m-1", {}), Refusal)
    assert judge_request(ledger, "logged model", f"{API}/logged-models/m-2", {}) is None
