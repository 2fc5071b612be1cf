"""The gates of a new project: ours, less what its table cannot have."""

from dataclasses import replace
from pathlib import Path

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.governance import load_policy
from vaegis.project.gates import ENOUGH_ROWS, absent_metrics, advisory_metrics, own_policy

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "policy.yaml").read_text(encoding="utf-8")
KEY = ColumnSpec(name="k", dtype="string", kind="identifier", role="key")
TIME = ColumnSpec(name="t", dtype="timestamp", kind="time", role="time")
WORD = ColumnSpec(name="w", dtype="string", kind="category", role="feature")
NUMBER = ColumnSpec(name="n", dtype="float64", kind="numeric", role="feature")
WORDS = TableSchema(service="s", columns=(KEY, TIME, WORD))


def names(path, text):
    path.write_text(text)
    return [gate.name for gate in load_policy(path).gates]


def test_a_table_with_numbers_has_every_gate(tmp_path):
    assert absent_metrics(replace(WORDS, columns=(*WORDS.columns, NUMBER))) == ()
    assert own_policy(TEXT, ()) == TEXT


def test_a_table_of_words_has_no_gate_on_numbers(tmp_path):
    ours, made = names(tmp_path / "a.yaml", TEXT), names(tmp_path / "b.yaml", own_policy(TEXT, absent_metrics(WORDS)))
    dropped = set(ours) - set(made)
    assert {"explains the columns", "residuals not too wide", "predictive distribution calibrated"} <= dropped
    assert {"data admitted", "latent dimensions in use"} <= set(made)
    assert [name for name in ours if name in made] == made


def test_a_heading_goes_with_its_last_gate():
    made = own_policy(TEXT, absent_metrics(WORDS))
    assert "# Calibration" in TEXT
    assert "# Calibration" not in made
    assert "# Reconstruction" in made


def required(path, text):
    path.write_text(text)
    return {gate.name for gate in load_policy(path).gates if gate.required}


def test_a_small_table_is_advised_on_privacy_and_a_larger_one_must_show_that_it_copies_nothing(tmp_path):
    ours = required(tmp_path / "ours.yaml", TEXT)
    small, large = (
        required(tmp_path / f"{rows}.yaml", own_policy(TEXT, (), advisory_metrics(rows))) for rows in (500, ENOUGH_ROWS)
    )
    near = {"no more near copies than chance", "members are not told from others", "no member is found for certain"}
    assert ours - large == near
    assert ours - small == near | {"no more copies than chance", "a leak would be seen"}
