import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.data.origin import is_generated, origin_of, signed

TABLE = pa.table({"a": [1.5]}).replace_schema_metadata({"pandas": "kept"})


def test_a_file_says_what_it_was_told(tmp_path):
    pq.write_table(signed(TABLE, {"synthetic": True, "share": float("nan")}), tmp_path / "a.parquet")
    assert origin_of(tmp_path / "a.parquet") == {"synthetic": True, "share": None}
    assert is_generated(tmp_path / "a.parquet")
    assert pq.read_schema(tmp_path / "a.parquet").metadata[b"pandas"] == b"kept"


@pytest.mark.parametrize("content", [None, b"a,b", TABLE, signed(TABLE, {"command": "vaegis score"})])
def test_others_are_not_generated(tmp_path, content):
    file = tmp_path / "b.parquet"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        pq.write_table(content, file)
    assert not is_generated(file)
