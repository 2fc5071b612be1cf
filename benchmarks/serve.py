"""What serving costs beside doing nothing over HTTP, and beside scoring in the same process.

    python -m benchmarks.serve BUNDLE ROWS.parquet

One row: the 99th percentile of POST /score against that of GET /livez, asked in turns on one connection. A thousand
rows: rows a second through the server, as JSON and as Arrow, against `Scorer.score` of the frame in this process.
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


def post(body: bytes, kind: str) -> bytes:
    """Return a request for scores."""
    head = f"POST /score?reasons=0 HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
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


def single(connection: Connection, row: bytes) -> list[tuple[float, float, float, float]]:
    """Return (p50, p99) of nothing and of one row by round, milliseconds."""
    empty = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n"
    rounds = []
    for _ in range(ROUNDS):
        pairs = [[seconds(partial(connection.ask, request), 1)[0] for request in (empty, row)] for _ in range(REQUESTS)]
        quantiles = np.quantile(1e3 * np.asarray(pairs), (0.5, 0.99), axis=0)
        rounds.append((quantiles[0, 0], quantiles[1, 0], quantiles[0, 1], quantiles[1, 1]))
    return rounds


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
    command = [sys.executable, "-c", "from vaegis.cli import main; main()", "serve", str(given.bundle), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        port = int(re.search(r":(\d+)$", server.stderr.readline())[1])  # type: ignore[union-attr, index]
        server.stderr.readline()  # type: ignore[union-attr]
        connection = Connection(port)
        row = post(json.dumps({"rows": records[:1], "reasons": 0}).encode(), "application/json")
        whole = json.dumps({"rows": records, "reasons": 0}).encode()
        bodies = {
            "JSON": post(whole, "application/json"),
            "Arrow": post(arrow(frame), "application/vnd.apache.arrow.stream"),
        }
        seconds(lambda: connection.ask(row), WARM)
        rounds = single(connection, row)
        rates = thousand(connection, scorer, frame, bodies)
        server.terminate()
    for p50_empty, p99_empty, p50_row, p99_row in rounds:
        print(
            f"one row: p50 {p50_row:.2f} ms (nothing {p50_empty:.2f}), p99 {p99_row:.2f} ms (nothing {p99_empty:.2f}), "
            f"ratio of p99 {p99_row / p99_empty:.2f}"
        )
    for name, rate in rates.items():
        print(f"1,000 rows, {name}: {rate:,.0f} rows/s, {rate / rates['in process']:.2f} of in process")


if __name__ == "__main__":
    main()
