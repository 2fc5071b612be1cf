import bz2
import gzip
import lzma

import pytest

from vaegis.data.files.source_text import find_encoding, is_parquet, read_head, unpacked
from vaegis.errors import ArtifactError

TEXT = "id,größe\n1,ä\n2,ö\n" * 50


@pytest.mark.parametrize(
    ("bytes_", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("cp1252") + b"\x81", "latin-1"),
    ],
)
def test_encodings(tmp_path, bytes_, encoding):
    file = tmp_path / "x.csv"
    file.write_bytes(bytes_)
    assert find_encoding(file) == encoding
    assert read_head(file, encoding).startswith("id,größe\n1,ä")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_unpacked_whatever_their_name(tmp_path, pack):
    file = tmp_path / "x.csv"
    file.write_bytes(pack(TEXT.encode()))
    with unpacked(file) as opened:
        assert opened.read().decode() == TEXT


@pytest.mark.parametrize(
    ("bytes_", "message"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"PK\x03\x04rest", "is a zip archive or an Excel workbook"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"<html><body>404</body></html>", "is a web page"),
        (bytes(range(256)) * 20, "is no text"),
        (b"a,b\n1,\x002\n", "it holds zero bytes"),
    ],
)
def test_what_is_no_text_is_one_line(tmp_path, bytes_, message):
    file = tmp_path / "x.csv"
    file.write_bytes(bytes_)
    with pytest.raises(ArtifactError, match=rf"x\.csv .*{message}; allowed: CSV or another separated text"):
        find_encoding(file)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_files_cut_short_are_one_line(tmp_path, pack):
    file = tmp_path / "x.csv.gz"
    file.write_bytes(pack(TEXT.encode() * 100)[:-20])
    with pytest.raises(ArtifactError, match=r"x\.csv\.gz cannot be unpacked .* cut short or damaged"):
        find_encoding(file)


def test_what_is_not_there_or_forbidden_is_one_line(tmp_path, monkeypatch):
    with pytest.raises(ArtifactError, match=r"nowhere\.csv does not exist"):
        find_encoding(tmp_path / "nowhere.csv")

    def forbid(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", forbid)
    with pytest.raises(ArtifactError, match=r"x\.csv may not be read; change: its permissions"):
        find_encoding(tmp_path / "x.csv")


def test_parquet_is_told_by_its_bytes(tmp_path):
    (tmp_path / "x").write_bytes(b"PAR1...")
    (tmp_path / "y.parquet").write_bytes(b"a,b\n1,2\n")
    assert is_parquet(tmp_path / "x")
    assert not is_parquet(tmp_path / "y.parquet")


def test_the_head_of_a_long_file_ends_with_a_line(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("0123456789\n" * 100_000)
    head = read_head(file, "utf-8")
    assert head.endswith("0123456789\n")
    assert len(head) < 300_000
