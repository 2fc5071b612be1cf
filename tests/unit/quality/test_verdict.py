import hashlib

import pytest

from vaegis.errors import ArtifactError, RefusedError
from vaegis.quality.verdict import admit, judge


def report_of(pulled=1000, quarantined=6, failures=()):
    counts = {"pulled": pulled, "quarantined": quarantined, "clean": pulled - quarantined}
    counts["quarantined_share"] = quarantined / pulled if pulled else 0.0
    contract = {"service": "s", "digest": "d"}
    clean_sha256 = hashlib.sha256(b"rows").hexdigest()
    return {"counts": counts, "failures": list(failures), "contract": contract, "clean_sha256": clean_sha256}


@pytest.fixture
def clean(tmp_path):
    path = tmp_path / "clean.parquet"
    path.write_bytes(b"rows")
    return path


def test_admission_names_the_rows(clean):
    report = report_of()
    record = admit(report, clean, 0.01)
    assert record["verdict"] == "admitted"
    assert record["clean_sha256"] == report["clean_sha256"]
    assert record["counts"] == report["counts"]


def test_the_tolerance_is_inclusive():
    assert judge(report_of(quarantined=10), 0.01).admitted
    assert not judge(report_of(quarantined=11), 0.01).admitted


def test_a_failure_refuses_whatever_the_tolerance(clean):
    with pytest.raises(RefusedError, match=r"\(1\) a month is missing; change: mend the source"):
        admit(report_of(failures=["a month is missing"]), clean, 1.0)


def test_every_reason_is_listed_up_to_five(clean):
    reasons = [f"reason {number}" for number in range(7)]
    with pytest.raises(RefusedError, match=r"\(5\) reason 4; and 3 more in reports/validation/report.json") as caught:
        admit(report_of(quarantined=11, failures=reasons), clean, 0.01)
    assert caught.value.exit_code == 7


@pytest.mark.parametrize("pulled", [0, 5])
def test_no_clean_row_is_a_reason(pulled):
    assert judge(report_of(pulled=pulled, quarantined=pulled), 1.0).reasons == ("no clean row is left",)


@pytest.mark.parametrize("content", [b"other rows", None])
def test_clean_rows_must_be_those_of_the_report(clean, content):
    clean.unlink() if content is None else clean.write_bytes(content)
    with pytest.raises(ArtifactError, match="is not the file"):
        admit(report_of(), clean, 0.01)
