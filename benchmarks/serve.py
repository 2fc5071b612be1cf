"""What serving costs beside doing nothing over HTTP, and beside scoring in the same process.

    python -m benchmarks.serve BUNDLE ROWS.parquet

One row: the 99th percentile of POST /score against that of an endpoint of the same server that takes the same body and
does nothing, asked in turns on one connection; GET /livez beside them. A thousand rows: rows a second through the
server, as JSON and as Arrow, against score and p-value of the frame in this process.
"""

import argparse
import json
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.serving.scorer import Scorer

ROUNDS, REQUESTS, BATCHES, WARM = 5, 1_000, 30, 200


class Connection:
    """Keeps one connection; so thin that the server is what is measured."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """Return the answer to a whole request."""
        self.socket.sendall(request)
        answer = bytearray()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.socket.recv(1 << 20)
        length = int(re.search(rb"content-length: (\d+)", bytes(answer[:end]))[1])  # type: ignore[index]
        while len(answer) < end + 4 + length:
            answer += self.socket.recv(1 << 20)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(bytes(answer[:500]).decode())
        return bytes(answer)


def served(bundle: str) -> None:
    """Run the server as `vaegis serve` does, with one endpoint more that does nothing."""
    from starlette.requests import Request  # noqa: PLC0415 - the other process needs none of it
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    from vaegis.cli.serve import source_of  # noqa: PLC0415
    from vaegis.serving.app import make_app  # noqa: PLC0415
    from vaegis.serving.current import Current  # noqa: PLC0415
    from vaegis.serving.limits import Limits  # noqa: PLC0415
    from vaegis.serving.run import address_of, listen, run  # noqa: PLC0415

    async def nothing(request: Request) -> Response:
        await request.body()
        return Response(b"{}", media_type="application/json")

    current = Current(source_of(bundle))
    current.load()
    app = make_app(current, Limits(), refresh_seconds=0)
    app.router.routes.insert(1, Route("/empty", nothing, methods=["POST"]))
    listener = listen("127.0.0.1", 0)
    sys.stderr.write(f"{address_of(listener)}\n")
    run(app, listener)


def post(body: bytes, kind: str, path: str = "/score?reasons=0") -> bytes:
    """Return a request."""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def arrow(frame: pd.DataFrame) -> bytes:
    """Return rows as an Arrow stream."""
    table, sink = pa.Table.from_pandas(frame, preserve_index=False), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def seconds(work: Callable[[], object], times: int) -> list[float]:
    """Return how long each call took."""
    told = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        told.append(time.perf_counter() - start)
    return told


def single(connection: Connection, requests: dict[str, bytes]) -> dict[str, list[tuple[float, float]]]:
    """Return the median and the 99th percentile of each request by round, milliseconds."""
    told: dict[str, list[tuple[float, float]]] = {name: [] for name in requests}
    for _ in range(ROUNDS):
        taken = [[seconds(partial(connection.ask, one), 1)[0] for one in requests.values()] for _ in range(REQUESTS)]
        for name, (half, most) in zip(
            requests, np.quantile(1e3 * np.asarray(taken), (0.5, 0.99), axis=0).T, strict=True
        ):
            told[name].append((half, most))
    return told


def thousand(connection: Connection, scorer: Scorer, frame: pd.DataFrame, bodies: dict[str, bytes]) -> dict[str, float]:
    """Return rows a second of each way, the median batch of turns."""
    ways: dict[str, Callable[[], object]] = {"in process": lambda: scorer.pvalue(frame)}
    ways |= {name: partial(connection.ask, body) for name, body in bodies.items()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(BATCHES):
        for name, work in ways.items():
            taken[name] += seconds(work, 1)
    return {name: len(frame) / statistics.median(times) for name, times in taken.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("bundle", type=Path)
    parser.add_argument("rows", type=Path)
    given = parser.parse_args()
    scorer = Scorer.load(given.bundle)
    frame = pd.read_parquet(given.rows)[[column.name for column in scorer.transform.columns]].head(1_000)
    records = json.loads(frame.to_json(orient="records", date_format="iso"))
    one = json.dumps({"rows": records[:1], "reasons": 0}).encode()
    requests = {
        "one row": post(one, "application/json"),
        "the same body, nothing done": post(one, "application/json", "/empty"),
        "GET /livez": b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n",
    }
    bodies = {
        "JSON": post(json.dumps({"rows": records, "reasons": 0}).encode(), "application/json"),
        "Arrow": post(arrow(frame), "application/vnd.apache.arrow.stream"),
    }
    command = [sys.executable, "-c", f"from benchmarks.serve import served; served({str(given.bundle)!r})"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            port = int(re.search(r":(\d+)$", server.stderr.readline())[1])  # type: ignore[union-attr, index]
            connection = Connection(port)
            seconds(partial(connection.ask, requests["one row"]), WARM)
            rounds = single(connection, requests)
            rates = thousand(connection, scorer, frame, bodies)
        finally:
            server.terminate()
    for name, quantiles in rounds.items():
        halves, most = zip(*quantiles, strict=True)
        ratios = [one[1] / other[1] for one, other in zip(rounds["one row"], quantiles, strict=True)]
        print(
            f"{name}: p50 {statistics.median(halves):.2f} ms, p99 {statistics.median(most):.2f} ms; p99 of a row is "
            f"{min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} of it"
        )
    for name, rate in rates.items():
        print(f"1,000 rows, {name}: {rate:,.0f} rows/s, {rate / rates['in process']:.2f} of in process")


if __name__ == "__main__":
    main()
