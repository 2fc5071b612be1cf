import itertools
import json
import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import ServiceError
from vaegis.serving.answers import TASKS
from vaegis.serving.app import ARROW, make_app
from vaegis.serving.current import Current, Found
from vaegis.serving.limits import Limits
from vaegis.serving.scorer import Scorer

LIMITS = Limits(max_rows=50, max_bytes=20_000)


def wait_for(client, path="/readyz"):
    deadline = time.monotonic() + 60
    while (answer := client.ask(path))[0] != 200:
        assert time.monotonic() < deadline, answer
        time.sleep(0.02)
    return answer


@pytest.fixture
def client(serve, bundle_files):
    current = Current(lambda: Found(model="machines", version="4", files=bundle_files))
    client = serve(make_app(current, LIMITS, refresh_seconds=60))
    wait_for(client)
    yield client
    client.close()


def test_every_task_names_its_version(client, records, scorer):
    status, headers, said = client.ask("/score", {"rows": records, "reasons": 1})
    assert (status, headers["x-model-version"]) == (200, "4")
    assert (said["model"], said["version"], said["content_digest"]) == ("machines", "4", scorer.content_digest)
    np.testing.assert_allclose(said["score"], scorer.score(pd.DataFrame(records)), rtol=1e-6)
    assert len(client.ask("/encode", {"rows": records})[2]["latent"]) == 10
    assert set(client.ask("/reconstruct", {"rows": records})[2]["expected"]) == set(scorer.features)
    about = client.ask("/")[2]
    assert [column["name"] for column in about["columns"]] == [column.name for column in scorer.transform.columns]
    assert about["limits"]["max_rows"] == 50


def test_arrow_says_what_json_says(client, records):
    import pyarrow as pa

    table = pa.Table.from_pylist(records)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body = sink.getvalue().to_pybytes()
    status, _, said = client.ask("/score?reasons=2&false_alarm_rate=0.5", body, ARROW)
    assert status == 200
    assert said == client.ask("/score", {"rows": records, "reasons": 2, "false_alarm_rate": 0.5})[2]
    assert client.ask("/score?reasons=many", body, ARROW)[0] == 400
    assert client.ask("/score", b"nothing", ARROW)[0] == 422


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        (b"{", 422, "the body is no JSON"),
        (b"[]", 422, "the body is no object"),
        ({"rows": [{}]}, 422, "is missing in row 0"),
        ({"rows": [], "x": 1}, 422, "rows is no list"),
        (b'{"rows": [' + b"1," * 30_000 + b"1]}", 413, "longer than 20000 bytes"),
        (b'{"rows": [{"load_kw": NaN}]}', 422, "the body is no JSON"),
        (b'{"rows": [{"load_kw": 1e999}]}', 422, "the body is no JSON"),
    ],
)
def test_what_is_wrong_is_one_line_and_the_server_lives(client, records, said, status, message):
    with closing(client.another()) as own:
        answered, _, told = own.ask("/score", said)
    assert (answered, list(told)) == (status, ["error"])
    assert message in told["error"]
    assert client.ask("/score", {"rows": records})[0] == 200


def test_a_body_may_come_in_pieces_but_not_for_ever(serve, bundle_files, records):
    current = Current(lambda: Found(model="machines", version="4", files=bundle_files))
    with closing(serve(make_app(current, replace(LIMITS, max_seconds=0.5), refresh_seconds=60))) as client:
        wait_for(client)
        body = json.dumps({"rows": records[:1]}).encode()
        head = b"POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
        for pieces, told in (((b"", body), b"200 OK"), ((body[:9], body[9:]), b"200 OK"), ((body[:9],), b"422 ")):
            with socket.create_connection(("127.0.0.1", client.port), timeout=30) as own:
                own.sendall(head)
                for piece in pieces:
                    time.sleep(0.1)
                    own.sendall(piece)
                answer = own.recv(1 << 16)
            assert answer.startswith(b"HTTP/1.1 " + told)
        assert b"the body took longer than 0.5 s" in answer
        with socket.create_connection(("127.0.0.1", client.port)) as own:
            own.sendall(head + body[:9])
        assert client.ask("/score", body)[0] == 200, "one that left half-way does no harm"


@pytest.mark.parametrize("mistake", [KeyError("secret"), object()])
def test_what_nobody_foresaw_is_logged_counted_and_answered_without_the_inside(
    client, records, monkeypatch, caplog, mistake
):
    def fail(scorer, rows, settings):
        if isinstance(mistake, Exception):
            raise mistake
        return {"score": mistake}  # JSON has no such thing

    monkeypatch.setitem(TASKS, "score", fail)
    for rows in (records[:1], records * 5):
        status, headers, said = client.ask("/score", {"rows": rows})
        assert (status, said) == (500, {"error": "the server failed on this request; its log says how"})
        assert headers["content-type"] == "application/json"
    assert 'vaegis_requests_total{status="500",task="score"} 2.0' in client.ask("/metrics")[2]
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info][:1] == (
        ["'secret'"] if isinstance(mistake, Exception) else ["Type is not JSON serializable: object"]
    )
    monkeypatch.undo()
    assert client.ask("/score", {"rows": records})[0] == 200


def test_unknown_settings_are_the_callers_mistake(client, records):
    assert client.ask("/score", {"rows": records, "rate": 1})[0] == 400


def test_health_and_counts(client, records):
    client.ask("/score", {"rows": records})
    client.ask("/score", {"rows": []})
    assert client.ask("/livez")[2] == "alive\n"
    text = client.ask("/metrics")[2]
    assert 'vaegis_requests_total{status="200",task="score"} 1.0' in text
    assert 'vaegis_requests_total{status="422",task="score"} 1.0' in text
    assert 'vaegis_rows_total{task="score"} 10.0' in text
    assert 'vaegis_refreshes_total{outcome="swapped"} 1.0' in text


def test_alive_but_not_ready_without_a_model(serve, records):
    def out_of_reach():
        raise ServiceError("MLflow does not answer")

    client = serve(make_app(Current(out_of_reach), LIMITS, refresh_seconds=60))
    assert client.ask("/livez")[0] == 200
    time.sleep(0.2)
    status, _, said = client.ask("/readyz")
    assert (status, said) == (503, {"ready": False, "reason": "MLflow does not answer"})
    assert client.ask("/score", {"rows": records})[0] == 503
    assert client.ask("/")[0] == 503
    assert client.ask("/metrics")[0] == 200
    client.close()


def test_without_a_refresh_what_was_loaded_stays(serve, bundle_files, records):
    versions = itertools.count(1)
    current = Current(lambda: Found(model="machines", version=str(next(versions)), files=bundle_files))
    current.load()
    client = serve(make_app(current, LIMITS, refresh_seconds=0))
    assert client.ask("/readyz")[0] == 200
    assert client.ask("/score", {"rows": records})[2]["version"] == "1"
    assert (next(versions), client.ask("/livez")[0]) == (2, 200)
    client.close()


@pytest.fixture
def turns(bundle_files, other_files):
    """Return two models of other weights, and a source of which they take turns."""
    versions, turns = itertools.count(1), (bundle_files, other_files)

    def found():
        version = next(versions)
        return Found(model="machines", version=str(version), files=turns[version % 2])

    return [Scorer.of(files, "turn") for files in turns], Current(found)


def test_the_champion_changes_under_load_and_no_request_fails(serve, turns, records):
    """Four clients ask without a pause while the version changes every few hundredths of a second."""
    scorers, current = turns
    client = serve(make_app(current, LIMITS, refresh_seconds=0.03))
    wait_for(client)
    seen, wrong, stop = [], [], threading.Event()
    meant = [scorer.score(pd.DataFrame(records)).to_numpy() for scorer in scorers]
    assert not np.isclose(*meant, rtol=1e-3).any(), "whose answer it is can be told"

    def ask():
        own, last = client.another(), 0
        while not stop.is_set():
            status, headers, said = own.ask("/score", {"rows": records})
            if status != 200 or not np.allclose(said["score"], meant[int(said["version"]) % 2], rtol=1e-6):
                wrong.append(said)
            if headers["x-model-version"] != said["version"] or int(said["version"]) < last:
                wrong.append(said)
            last = int(said["version"])
            seen.append(last)
        own.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while len(set(seen)) < 10 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    client.close()
    assert wrong == []
    assert len(set(seen)) >= 10
