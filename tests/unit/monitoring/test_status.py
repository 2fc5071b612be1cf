import re
from dataclasses import replace

import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.checks import checks
from vaegis.monitoring.judge import Finding
from vaegis.monitoring.state import Judged
from vaegis.monitoring.status import EXIT_CODES, decide, sustained

CONFIG = MonitorConfig()
USUAL = Finding(
    check="a",
    topic="inputs",
    verdict="usual",
    distance=0.2,
    usual=0.2,
    effect=0.0,
    floor=0.1,
    pvalue=0.5,
    windows=99,
    reading="",
)
CHANGED = replace(USUAL, verdict="changed", effect=0.3)


@pytest.mark.parametrize(
    ("findings", "capital", "lasting", "invalid", "word", "said"),
    [
        ([USUAL], 1.0, {}, 0.0, "fine", "nothing beyond what is usual"),
        ([CHANGED], 1.0, {}, 0.0, "warning", r"1 checks of this batch differ, above all a \(\+0.30\)"),
        ([USUAL], 150.0, {"a": 0.2}, 0.0, "alarm", r"not like the reference, above all in a \(\+0.20\)"),
        ([USUAL], 150.0, {}, 0.0, "fine", "evidence over time 150"),
        ([USUAL], 1.0, {}, 0.1, "warning", "10.0% of the rows lie outside the contract's bounds"),
        (
            [replace(CHANGED, verdict="underpowered")],
            1.0,
            {},
            0.0,
            "underpowered",
            "a further out than the whole reference",
        ),
        (
            [replace(CHANGED, verdict="underpowered", is_far=True)],
            1.0,
            {},
            0.0,
            "warning",
            "too short to rule out chance, but by 5 times what matters or more",
        ),
        ([replace(USUAL, verdict="no data", reason="why")], 999.0, {"a": 1.0}, 0.0, "no data", "said: why"),
    ],
)
def test_word_and_sentence(findings, capital, lasting, invalid, word, said):
    status = decide(findings, capital, lasting, invalid, CONFIG)
    assert status.word == word
    assert status.exit_code == EXIT_CODES[word]
    assert re.search(said, status.sentence)


def test_what_cannot_bet_is_underpowered_and_says_so():
    status = decide([USUAL], 1.0, {}, 0.0, CONFIG, ("inputs", "latents"))
    assert (status.word, status.exit_code) == ("underpowered", 0)
    assert status.sentence.endswith("no bet on inputs, latents: days resemble each other too long")
    assert decide([CHANGED], 1.0, {}, 0.0, CONFIG, ("inputs",)).word == "warning"


def batch(capital, shift, days=7):
    known = {"digest": "d", "first": "", "last": "", "rows": 1, "new_days": days, "status": "fine"}
    return Judged(capital=capital, shifts={"b": shift}, days=days, **known)


def test_what_lasts_is_averaged_since_the_evidence_began_to_grow(world):
    asked = list(checks(world.features))
    asked = [item for item in asked if item.name == "b"]
    assert sustained([batch(0.9, -0.9), batch(2.0, 0.1), batch(9.0, 0.3)], asked, CONFIG) == {"b": pytest.approx(0.2)}
    assert sustained([batch(3.0, -0.9), batch(9.0, 0.3)], asked, CONFIG) == {}
    assert sustained([batch(2.0, 0.0, days=6), batch(9.0, 0.4, days=2)], asked, CONFIG) == {"b": pytest.approx(0.1)}


def test_a_check_without_numbers_lasts_for_nothing(world):
    asked = [item for item in checks(world.features) if item.name == "b"]
    assert sustained([batch(9.0, None)], asked, CONFIG) == {}
