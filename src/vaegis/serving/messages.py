"""Whether an Arrow stream is compressed, before it is unpacked: a few bytes may stand for more than there is memory.

pyarrow unpacks what it reads and has no bound for it, so the header of each message is looked into: a FlatBuffers table
as `Message.fbs` of Arrow's columnar format 1.0 has it.
"""

import struct
from dataclasses import dataclass
from typing import Final, Self

import pyarrow as pa

from vaegis.errors import DataError

_HEADER_TYPE, _HEADER, _DICTIONARY_DATA, _COMPRESSION = 1, 2, 1, 3
"""Fields of Message, DictionaryBatch and RecordBatch, by their place."""
_DICTIONARY, _RECORDS = 2, 3
"""Kinds of header."""
_VTABLE_FIELDS: Final = 4
"""Where the fields begin in a table's list of them."""


def require_plain(stream: bytes) -> None:
    """Refuse an Arrow IPC stream of which some rows or levels are compressed.

    Raises:
        DataError: it is, or a header is damaged.
        ArrowException, OSError: it is no stream.
    """
    allowed, where = "pyarrow.ipc.new_stream without compression", "the request"
    try:
        headers = [_Table.root(bytes(message.metadata)) for message in pa.ipc.MessageReader.open_stream(stream)]
        is_compressed = any(map(_says_so, headers))
    except struct.error:
        raise DataError("a header of the Arrow stream is damaged", allowed=allowed, where=where) from None
    if is_compressed:
        raise DataError("the rows are compressed", allowed=allowed, where=where)


@dataclass(frozen=True, slots=True)
class _Table:
    """A FlatBuffers table: at its place stands how far before it the list of its fields is."""

    content: bytes
    place: int

    @classmethod
    def root(cls, content: bytes) -> Self:
        return cls(content, *struct.unpack_from("<I", content))

    def field(self, number: int) -> int:
        """Return where a field stands, 0 where it is left out."""
        listed = self.place - int(*struct.unpack_from("<i", self.content, self.place))
        size, offset = int(*struct.unpack_from("<H", self.content, listed)), _VTABLE_FIELDS + 2 * number
        within = int(*struct.unpack_from("<H", self.content, listed + offset)) if offset < size else 0
        return self.place + within if within else 0

    def table(self, number: int) -> "_Table":
        place = self.field(number)
        return _Table(self.content, place + int(*struct.unpack_from("<I", self.content, place)))


def _says_so(message: _Table) -> bool:
    (kind,) = struct.unpack_from("<B", message.content, message.field(_HEADER_TYPE))
    if kind not in (_DICTIONARY, _RECORDS):
        return False
    header = message.table(_HEADER)
    return bool((header.table(_DICTIONARY_DATA) if kind == _DICTIONARY else header).field(_COMPRESSION))
