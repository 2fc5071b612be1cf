import pytest

from vaegis.inference.units import unit_of


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("load_kw", "kW"),
        ("temp_c", "C"),
        ("Temp_deg_C", "C"),
        ("Weight (g)", "g"),
        ("flow_l_s", "l/s"),
        ("speed_km_h", "km/h"),
        ("speed_m_s", "m/s"),
        ("area_m2", "m2"),
        ("pct_full", "%"),
        ("duration_min", "min"),
        ("seconds", "s"),
        ("price_usd", "USD"),
    ],
)
def test_units_that_a_name_states(name, unit):
    assert unit_of(name) == unit


@pytest.mark.parametrize("name", ["speed_10m", "temp_min", "c", "colour", "t_2m", "", "min"])
def test_names_without_a_unit(name):
    assert unit_of(name) == ""
