from contextlib import suppress

import numpy as np
import pyarrow as pa
import pytest

from vaegis.errors import DataError
from vaegis.serving.limits import Limits
from vaegis.serving.messages import require_plain
from vaegis.serving.rows import read_arrow

WORDS = pa.array(["calm", "windy", "calm"] * 40)
TABLES = {
    "numbers": pa.table({"a": np.arange(900.0), "b": np.arange(900)}),
    "words": pa.table({"a": WORDS}),
    "levels": pa.table({"a": WORDS.dictionary_encode()}),
    "nothing": pa.table({"a": pa.nulls(5)}),
    "no rows": pa.table({"a": pa.array([], pa.float64())}),
}


def stream(table, compression=None, rows=50):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("name", TABLES)
def test_plain_streams_are_plain(name):
    require_plain(stream(TABLES[name]))


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
@pytest.mark.parametrize("name", ["numbers", "words", "levels"])
def test_compressed_ones_are_not(name, compression):
    with pytest.raises(DataError, match="the rows are compressed"):
        require_plain(stream(TABLES[name], compression))


def test_levels_alone_may_be():
    """A dictionary is a message of its own."""
    plain, packed = (list(messages(stream(TABLES["levels"], how))) for how in (None, "zstd"))
    mixed = [*packed[:2], *plain[2:]]
    sink = pa.BufferOutputStream()
    for message in mixed:
        message.serialize_to(sink)
    with pytest.raises(DataError, match="the rows are compressed"):
        require_plain(sink.getvalue().to_pybytes())


def messages(content):
    yield from pa.ipc.MessageReader.open_stream(content)


def test_what_would_fill_the_memory_is_refused(scorer, monkeypatch):
    """15 kB that unpack to half a gigabyte: nothing may begin to."""
    bomb = stream(pa.table({"load_kw": np.zeros(60_000_000)}), "zstd", rows=60_000_000)
    assert len(bomb) < 20_000
    monkeypatch.setattr(pa.ipc, "open_stream", lambda _: pytest.fail("it was unpacked"))
    with pytest.raises(DataError, match="the rows are compressed"):
        read_arrow(bomb, scorer, Limits())


def test_altered_headers_end_in_no_other_error():
    random, whole = np.random.default_rng(0), bytearray(stream(TABLES["levels"]))
    for _ in range(300):
        altered = bytearray(whole)
        altered[random.integers(0, 700)] ^= 1 << int(random.integers(0, 8))
        with suppress(pa.ArrowException, OSError, DataError):
            require_plain(bytes(altered))
