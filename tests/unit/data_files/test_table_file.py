"""Files as users have them: read right, or refused in one line."""

import gzip
import json

import pandas as pd
import pytest

from vaegis.data.files.file_format import FileFormat
from vaegis.data.files.table_file import read, sniff
from vaegis.errors import ArtifactError, ConfigError, DataError

ROWS = [
    (
        i,
        f"2024-01-{i % 28 + 1:02d} 0{i % 9}:00",
        f"{i / 4 - 20:.2f}",
        ("run", "idle")[i % 2],
        "n/a" if i % 5 else "x, y",
    )
    for i in range(60)
]
HEADER = ("id", "at", "load", "mode", "note")
EXPECTED = pd.DataFrame(
    {
        "id": [row[0] for row in ROWS],
        "at": pd.to_datetime([row[1] for row in ROWS], utc=True).astype("datetime64[us, UTC]"),
        "load": [float(row[2]) for row in ROWS],
        "mode": [row[3] for row in ROWS],
        "note": pd.Series([None if row[4] == "n/a" else row[4] for row in ROWS], dtype=object),
    }
)


def text(separator=",", header=HEADER, decimal=".", quote='"'):
    lines = [separator.join(header)] if header else []
    for number, at, load, mode, note in ROWS:
        cell = f"{quote}{note}{quote}" if separator in note else note
        lines.append(separator.join([str(number), at, load.replace(".", decimal), f" {mode} ", cell]))
    return "\n".join(lines) + "\n"


WRITTEN = {
    "commas": text().encode(),
    "semicolons": text(";").encode(),
    "tabs": text("\t").encode(),
    "bars": text("|").encode(),
    "decimal commas": text(";", decimal=",").encode(),
    "a byte-order mark": text().encode("utf-8-sig"),
    "UTF-16": text().encode("utf-16"),
    "line ends of Windows": text().replace("\n", "\r\n").encode(),
    "packed": gzip.compress(text().encode()),
    "lines before": b"# exported\n# by a tool\n" + text().encode(),
    "other names for missing": text().replace("n/a", "NULL").encode(),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_the_same_table_however_it_is_written(tmp_path, case):
    file = tmp_path / "x.csv"
    file.write_bytes(WRITTEN[case])
    written = sniff(file)
    pd.testing.assert_frame_equal(read(file, written), EXPECTED)
    again = FileFormat.from_json(json.loads(json.dumps(written.to_json(), sort_keys=True)))
    pd.testing.assert_frame_equal(read(file, again), EXPECTED)


def test_parquet_says_the_same(tmp_path):
    EXPECTED.to_parquet(tmp_path / "x.parquet")
    written = sniff(tmp_path / "x.parquet")
    assert written.form == "parquet"
    pd.testing.assert_frame_equal(read(tmp_path / "x.parquet", written), EXPECTED)


def test_dates_that_parquet_holds_as_text_are_dates_and_codes_stay_text(tmp_path):
    frame = pd.DataFrame({"at": ["2024-01-01", "2024-01-02"], "zip": ["12345", "54321"], "many": [[1], [2]]})
    frame.to_parquet(tmp_path / "x.parquet")
    written = sniff(tmp_path / "x.parquet")
    assert written.types == {"at": "time", "zip": "text"}
    assert written.notes[0] == "1 columns of lists or trees are left out: many"
    assert read(tmp_path / "x.parquet", written)["zip"].tolist() == ["12345", "54321"]


def test_partitions_are_one_table(tmp_path):
    for year, part in ((2023, EXPECTED[:30]), (2024, EXPECTED[30:])):
        for suffix in ("csv", "parquet"):
            folder = tmp_path / suffix / f"year={year}"
            folder.mkdir(parents=True)
            getattr(part, f"to_{suffix}")(folder / f"1.{suffix}", index=False)
    tables = [read(tmp_path / suffix, sniff(tmp_path / suffix)) for suffix in ("csv", "parquet")]
    for table in tables:
        pd.testing.assert_frame_equal(table.drop(columns="year"), EXPECTED)
        assert table["year"].tolist() == [2023] * 30 + [2024] * 30


def test_partitions_of_other_columns_are_one_line(tmp_path):
    (tmp_path / "1.csv").write_text("a,b\n1,2\n3,4\n")
    (tmp_path / "2.csv").write_text("a,c\n1,2\n3,4\n")
    with pytest.raises(DataError, match=r"2\.csv: column 'b' is missing; allowed: a, b"):
        sniff(tmp_path)


NOTED = {
    "no header": (text(header=None), "has no header"),
    "a name twice": (text(header=("id", "at", "load", "load", "note")), "'load' is load_2"),
    "stamps of two offsets": (
        "at,x\n2024-03-01T00:00+01:00,1\n2024-04-01T00:00+02:00,2\n",
        "2 different offsets from UTC",
    ),
    "stamps with and without": ("at,x\n2024-03-01T00:00+01:00,1\n2024-04-01T00:00,2\n", "some stamps bear an offset"),
    "stamps without a zone": (text(), "at: stamps without a time zone are taken in UTC"),
    "days and months": ("at,x\n01/02/2024,1\n03/04/2024,2\n", "days and months can be told either way"),
    "thousands": ('a,b\n"1,234",1\n"5,678",2\n', "a: ',' marks thousands, or else decimals"),
    "a currency": ("a;b\n$5;1\n$6;2\n", "a: the sign $ is taken off"),
    "seconds since 1970": ("ts,x\n1700000000,1\n1700000060,2\n", "ts: whole numbers read as s since 1970"),
    "leading zeros": ("zip,x\n00501,1\n10001,2\n", "zip: kept as text: leading zeros"),
}


@pytest.mark.parametrize("case", NOTED)
def test_what_was_decided_is_told(tmp_path, case):
    written, note = NOTED[case]
    (tmp_path / "x.csv").write_text(written)
    assert any(note in told for told in sniff(tmp_path / "x.csv").notes)


REFUSED = {
    "a word among numbers": (
        "a,b\n" + "".join(f"{i},1\n" for i in range(40)) + "err,1\n",
        DataError,
        "row 41: 'err' is no number",
    ),
    "ragged": ("a,b\n1,2\n3,4\n5\n", DataError, r"row 3 has 1 cells \('5'; 1 such rows\)"),
    "empty": ("", ArtifactError, "is empty"),
    "a header alone": ("a,b\n", DataError, "holds a header and no rows"),
    "no text": ("\x00\x01\x02" * 999, ArtifactError, "is no text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_decided_is_one_line(tmp_path, case):
    written, error, line = REFUSED[case]
    (tmp_path / "x.csv").write_text(written)
    with pytest.raises(error, match=line) as told:
        sniff(tmp_path / "x.csv")
    assert "\n" not in str(told.value)


def test_answers_settle_what_is_found(tmp_path):
    (tmp_path / "x.csv").write_text("a;b\n1,234;err\n5,678;1.5\n9,876;2.5\n" + "1,111;3\n" * 40)
    written = sniff(tmp_path / "x.csv", decimal=",", missing=["err"], zone="Europe/Paris")
    frame = read(tmp_path / "x.csv", written)
    assert frame["a"][0] == 1.234
    assert frame["b"].isna().tolist()[:2] == [True, False]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"zone": "Nowhere"}, "time zone 'Nowhere' is unknown"),
        ({"separator": "::"}, "separator '::'; allowed: one character, or tab"),
        ({"decimal": ";"}, "decimal mark ';'; allowed: a point or a comma"),
    ],
)
def test_wrong_answers_are_one_line(tmp_path, answer, message):
    (tmp_path / "x.csv").write_text(text())
    with pytest.raises(ConfigError, match=message):
        sniff(tmp_path / "x.csv", **answer)


def test_a_tab_may_be_named(tmp_path):
    (tmp_path / "x.csv").write_text(text("\t"))
    assert sniff(tmp_path / "x.csv", separator="tab") == sniff(tmp_path / "x.csv")


def test_one_decimal_comma_decides_for_the_other_columns(tmp_path):
    (tmp_path / "x.csv").write_text("a;b\n1,234;0,5\n5,678;1,25\n")
    assert read(tmp_path / "x.csv", sniff(tmp_path / "x.csv"))["a"].tolist() == [1.234, 5.678]


def test_separators_behind_every_line_make_no_column(tmp_path):
    (tmp_path / "x.csv").write_text("a,b,\n1,2,\n3,4,\n")
    assert list(sniff(tmp_path / "x.csv").types) == ["a", "b"]


def test_a_file_of_another_kind_no_longer_fits(tmp_path):
    (tmp_path / "x.csv").write_text(text())
    written = sniff(tmp_path / "x.csv")
    EXPECTED.to_parquet(tmp_path / "x.csv")
    with pytest.raises(DataError, match=r"x\.csv is not csv"):
        read(tmp_path / "x.csv", written)


def test_five_hundred_columns_are_read(tmp_path):
    names = [f"x{i}" for i in range(500)]
    (tmp_path / "x.csv").write_text(
        "\n".join([",".join(names), *[",".join(map(str, range(r, r + 500))) for r in range(50)]])
    )
    assert read(tmp_path / "x.csv", sniff(tmp_path / "x.csv")).shape == (50, 500)
