import numpy as np
import pandas as pd
import pytest

from vaegis.data.files.times import find_formats, find_number_format, offsets, parse_times, require_zone
from vaegis.errors import ConfigError


def parsed(text, zone="UTC"):
    shape = find_formats([text])[0]
    return parse_times(pd.Series([text], dtype=object), shape, zone)[0].strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-03-05", "2024-03-05T00:00:00Z"),
        ("2024-03-05 06:07:08.25", "2024-03-05T06:07:08Z"),
        ("2024-03-05T06:07:08+02:00", "2024-03-05T04:07:08Z"),
        ("2024-03-05T06:07Z", "2024-03-05T06:07:00Z"),
        ("2024/03/05 06:07", "2024-03-05T06:07:00Z"),
        ("05.03.2024", "2024-03-05T00:00:00Z"),
        ("03/25/2024 6:07 PM", "2024-03-25T18:07:00Z"),
        ("25/03/2024", "2024-03-25T00:00:00Z"),
        ("05-Mar-24", "2024-03-05T00:00:00Z"),
        ("Mar 5, 2024", "2024-03-05T00:00:00Z"),
        ("5 March 2024", "2024-03-05T00:00:00Z"),
        ("2024-03", "2024-03-01T00:00:00Z"),
        ("Tue Mar 05 06:07:08 2024", "2024-03-05T06:07:08Z"),
        ("05/Mar/2024:06:07:08 +0100", "2024-03-05T05:07:08Z"),
    ],
)
def test_dates_are_read(text, utc):
    assert parsed(text) == utc


@pytest.mark.parametrize("text", ["2024", "12", "1.5", "abc", "2024-13-05", "32.01.2024", "12:30", "N101", "1-2-3"])
def test_what_is_no_date_is_none(text):
    assert find_formats([text]) == []


def test_one_day_above_twelve_settles_the_order():
    assert find_formats(["01/02/2024", "13/02/2024"])[0] == "%d/%m/%Y"
    assert find_formats(["01/02/2024"])[0] == "%m/%d/%Y"
    assert find_formats(["01-02-2024"])[0] == "%d-%m-%Y"


def test_bare_stamps_are_taken_in_their_zone_and_borne_offsets_kept():
    texts = pd.Series(["2024-07-01 12:00", "2024-07-01T12:00+00:00"], dtype=object)
    found = parse_times(texts, "ISO8601", "Europe/Paris")
    assert [stamp.hour for stamp in found] == [10, 12]
    assert offsets(texts) == {"", "+00:00"}


def test_the_hour_that_comes_twice_and_the_one_that_never_comes():
    texts = pd.Series(["2024-10-27 02:30", "2024-03-31 02:30"], dtype=object)
    found = parse_times(texts, "ISO8601", "Europe/Paris")
    assert [stamp.strftime("%H:%M") for stamp in found] == ["01:30", "01:00"]


@pytest.mark.parametrize(
    ("name", "low", "shape"),
    [
        ("timestamp", 1_700_000_000, "epoch_s"),
        ("ts", 1_700_000_000_000, "epoch_ms"),
        ("date", 20240305, "%Y%m%d"),
        ("amount", 1_700_000_000, ""),
        ("amount", 20240305, ""),
        ("time", 1200, ""),
        ("date", 20241399, ""),
    ],
)
def test_numbers_tell_times_only_by_name(name, low, shape):
    assert find_number_format(name, np.array([low])) == shape


def test_epochs_are_read():
    found = parse_times(pd.Series(["1700000000", None], dtype=object), "epoch_s")
    assert found[0] == pd.Timestamp("2023-11-14T22:13:20Z")
    assert found.isna().tolist() == [False, True]


def test_an_unknown_zone_is_one_line():
    require_zone("Europe/Paris")
    with pytest.raises(ConfigError, match="time zone 'Mars/Base' is unknown"):
        require_zone("Mars/Base")
