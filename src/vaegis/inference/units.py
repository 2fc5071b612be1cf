"""The unit a column's name states; always to be confirmed by a person."""

from typing import Final

from vaegis.inference.names import tokens, words

_WORDS: Final = {
    "W": "w watt watts", "kW": "kw", "MW": "mw", "GW": "gw", "Wh": "wh", "kWh": "kwh", "MWh": "mwh", "J": "j",
    "V": "v volt volts", "kV": "kv", "mV": "mv", "A": "a amp amps", "mA": "ma", "Hz": "hz", "kHz": "khz", "MHz": "mhz",
    "C": "c celsius degc", "F": "f fahrenheit degf", "K": "k kelvin",
    "um": "um", "mm": "mm", "cm": "cm", "m": "m metres meters", "km": "km", "in": "inch inches", "ft": "ft feet",
    "mi": "mi mile miles", "nmi": "nmi", "m2": "sqm", "ft2": "sqft", "ha": "ha", "acre": "acres",
    "mg": "mg", "g": "g grams", "kg": "kg", "t": "t tons tonnes", "lb": "lb lbs", "oz": "oz",
    "ml": "ml", "l": "l litre liter litres liters", "gal": "gal gallons",
    "ns": "ns", "us": "us", "ms": "ms", "s": "s sec secs second seconds", "min": "mins minute minutes",
    "h": "h hr hrs hours", "day": "days", "week": "weeks", "month": "months", "year": "years",
    "km/h": "kmh kph", "mph": "mph", "m/s": "mps", "kn": "kts knots", "rpm": "rpm",
    "Pa": "pa", "hPa": "hpa", "kPa": "kpa", "MPa": "mpa", "bar": "bar", "mbar": "mbar", "psi": "psi", "atm": "atm",
    "deg": "deg degree degrees", "rad": "rad", "%": "% pct perc percent percentage", "ppm": "ppm", "ppb": "ppb",
    "USD": "$ usd dollars", "EUR": "€ eur euros", "GBP": "£ gbp", "dB": "db", "dBm": "dbm", "lx": "lux",
    "byte": "bytes", "kB": "kb", "MB": "mb", "GB": "gb", "kcal": "kcal", "cal": "cal",
}  # fmt: skip
UNITS: Final = {word: unit for unit, text in _WORDS.items() for word in text.split()}
"""Word of a name by its unit."""
_PAIRS: Final = {
    ("m", "2"): "m2",
    ("m", "3"): "m3",
    ("deg", "c"): "C",
    ("deg", "f"): "F",
    ("degree", "c"): "C",
    ("degrees", "c"): "C",
    ("duration", "min"): "min",
    ("time", "min"): "min",
}
_TIMES: Final = ("s", "min", "h", "day")
_IN_FRONT: Final = words("pct perc percent percentage % $ € £")


def unit_of(name: str) -> str:
    """Return the unit that the last words of a name state, e.g. kW for `load_kw`; empty if they state none.

    A single letter counts only where the name has a word before it.
    """
    parts = tokens(name)
    if len(parts) < 2:
        return UNITS.get(parts[0], "") if parts and len(parts[0]) > 3 else ""
    last = "" if parts[-2].isdecimal() else UNITS.get(parts[-1], "")  # `speed_10m` was measured at ten metres
    if last in _TIMES and parts[-2] in UNITS and UNITS[parts[-2]] not in _TIMES:
        return f"{UNITS[parts[-2]]}/{last}"
    return _PAIRS.get((parts[-2], parts[-1])) or last or (UNITS[parts[0]] if parts[0] in _IN_FRONT else "")
