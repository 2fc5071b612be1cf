import pyarrow.parquet as pq
import pytest

from vaegis import paths
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.quality.files import read_pulled, write_validation
from vaegis.quality.validate import validate
from vaegis.quality.verdict import admit


@pytest.fixture
def pulled(farm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths.PULLED_ROWS.parent.mkdir(parents=True)
    pq.write_table(farm.rows, paths.PULLED_ROWS)
    farm.source.to_parquet(paths.PULLED_SOURCE_KEYS, index=False)
    farm.coverage.to_parquet(paths.PULLED_COVERAGE, index=False)
    paths.PULLED_JOINED.mkdir()
    farm.source[farm.source.duplicated(keep=False)].to_parquet(paths.PULLED_DUPLICATES, index=False)
    return farm


def test_what_is_written_can_be_admitted(pulled, schema, rules):
    read = read_pulled()
    assert read.rows.equals(pulled.rows)
    assert read.duplicate_rows == 48
    validation = validate(read, schema, rules)
    write_validation(validation)
    assert pq.read_table(paths.CLEAN_ROWS).equals(validation.clean)
    quarantine = pq.read_table(paths.QUARANTINE)
    assert {str(field.type) for field in quarantine.schema} == {"string"}
    assert quarantine.num_rows == len(validation.quarantine)
    record = admit(read_json(paths.VALIDATION_REPORT), paths.CLEAN_ROWS, 0.05)
    assert record["counts"]["quarantined"] == 38


def test_joined_views_are_read_under_their_names(pulled, farm):
    farm.source.to_parquet(paths.PULLED_JOINED / "climate.parquet", index=False)
    assert list(read_pulled().joined) == ["climate"]
    assert len(read_pulled().joined["climate"]) == len(farm.source)


def test_an_empty_quarantine_keeps_its_columns(pulled, schema):
    validation = validate(read_pulled(), schema, ())
    empty = validation.quarantine.iloc[:0]
    write_validation(type(validation)(clean=validation.clean, quarantine=empty, report=validation.report))
    assert pq.read_table(paths.QUARANTINE).column_names == ["row_id", "expectation", "column", "value"]


def test_the_same_rows_make_the_same_bytes(pulled, schema, rules):
    written = []
    for _ in range(2):
        write_validation(validate(read_pulled(), schema, rules))
        files = (paths.CLEAN_ROWS, paths.QUARANTINE, paths.VALIDATION_REPORT)
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1]


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and no more"])
def test_a_missing_or_broken_file_is_one_line(pulled, content):
    paths.PULLED_ROWS.unlink()
    if content is not None:
        paths.PULLED_ROWS.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"data/pulled/rows.parquet .*run `dvc repro pull`") as caught:
        read_pulled()
    assert "\n" not in str(caught.value)
