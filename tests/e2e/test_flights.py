"""Another table through the same stages: flights, beside the wind farm and without touching anything of it."""

import json

import pandas as pd
import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def of_the_farm(root):
    """Everything the wind farm's small run left: workspace, store, parameters, lock."""
    return contents(root / "workspaces/fast") | {
        f"store/{name}": data for name, data in contents(root / "data").items()
    }


class Flights:
    """One run of a flights workspace in a clone."""

    def __init__(self, project, name):
        self.project, self.root = project, project.root / "workspaces" / name
        self.before = of_the_farm(project.root)
        self.done = project.run("vaegis", "repro", "--workspace", name)
        assert self.done.returncode == 0, self.done.stderr[-4000:]

    def read(self, name):
        return json.loads((self.root / name).read_text())

    def clean(self, *columns):
        return pd.read_parquet(self.root / "data/validated/clean.parquet", columns=list(columns) or None)


@pytest.fixture(scope="module")
def project(clone, tmp_path_factory):
    return clone.copied_to(tmp_path_factory.mktemp("flights") / "clone")


@pytest.fixture(scope="module")
def small(project):
    return Flights(project, "flights-fast")


def test_a_small_slice_ends_with_a_verdict(small):
    lines = small.done.stdout.strip().splitlines()
    assert 4 <= len(lines) <= 12
    assert small.read("reports/verdict.json")["verdict"]["decision"] == "promoted", lines
    assert small.read("reports/verdict.json")["aliases"] == {"challenger": "1", "champion": "1"}
    assert {version["version"] for version in small.project.shown("flights-vae-fast")["versions"]} == {"1"}


def test_the_wild_wind_is_found_and_in_no_row(small):
    findings = small.read("reports/validation/report.json")["findings"]
    assert [text for text in findings if text.startswith("1 weather rows: wind_speed_mph") and "1048.36058 (1)" in text]
    assert small.clean("wind_speed_mph")["wind_speed_mph"].max() < 100


def test_what_is_missing_is_missing_and_counted(small):
    """The join is that of pandas, on the clean rows: weather of two hours, planes that the register knows."""
    rows = small.clean().sort_values("event_timestamp", kind="stable", ignore_index=True)
    store = small.project.root / "domains/flights/data/store"
    hours = pd.read_parquet(store / "weather.parquet", columns=["origin_id", "event_timestamp", "temp_f"])
    hours = hours.rename(columns={"temp_f": "expected"}).sort_values("event_timestamp")
    joined = pd.merge_asof(rows, hours, on="event_timestamp", by="origin_id", tolerance=pd.Timedelta("2h"))
    pd.testing.assert_series_equal(joined["temp_f"], joined["expected"], check_names=False)
    known = set(pd.read_parquet(store / "planes.parquet", columns=["plane_id"])["plane_id"])
    assert (rows["plane_seats"].notna() == rows["plane_id"].isin(known)).all()
    lines = small.read("reports/validation/report.json")["expectations"]
    counted = {line["columns"][0]: line["unexpected"] for line in lines if line["type"].endswith("not_be_null")}
    assert counted["temp_f"] == joined["expected"].isna().sum()
    assert counted["plane_id"] == rows["plane_id"].isna().sum() > 0


def test_nothing_of_the_farm_is_touched(small):
    assert of_the_farm(small.project.root) == small.before
    assert not (small.project.root / "data/store/flights.parquet").exists()
    assert yaml.safe_load((small.root / "params.yaml").read_text())["pull"]["service"] == "flights_v1"


def test_the_farm_runs_on_beside_it(small):
    """Its tracking was left out of the copy, so it registers again and trains nothing."""
    kept = contents(small.root)
    done = small.project.repro()
    assert "Running stage 'train'" not in done.stderr
    assert small.project.shown("turbine-vae-fast")["versions"]
    assert contents(small.root) == kept


def shorten(project):
    """Take a quarter of the passes: whether all rows go through is asked, and a model that is good enough."""
    path = project.root / "domains/flights/params.yaml"
    params = yaml.safe_load(path.read_text())
    for stage in ("train", "baseline"):
        params[stage]["epochs"] = 5
    params["generator"]["max_steps"] = 1_000
    path.write_text(yaml.safe_dump(params, sort_keys=False))


def test_all_flights(project):
    shorten(project)
    full = Flights(project, "flights")
    counts = full.read("reports/validation/report.json")["counts"]
    assert (counts["source_rows"], counts["pulled"], counts["quarantined"]) == (336_776, 336_776, 5)
    assert full.read("reports/verdict.json")["verdict"]["decision"] == "promoted", full.done.stdout
    metrics = full.read("reports/evaluation/metrics.json")["evaluate"]
    assert metrics["detection"]["injected_auroc"] > 0.75
    assert all(metrics["labels"][f"{label}_auroc"] > 0.6 for label in ("cancelled", "heavily_delayed", "storm"))
    missing = full.clean("temp_f", "plane_seats").isna().sum()
    assert 900 < missing["temp_f"] < 1_050
    assert missing["plane_seats"] == 52_606 - 1
    assert of_the_farm(project.root) == full.before
