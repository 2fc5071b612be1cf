"""The page: whole, by itself, and alive in a real browser."""

import html
import re
from dataclasses import replace

import pandas as pd
import pytest

from vaegis.evaluation.incident.card import make_card
from vaegis.evaluation.incident.page import about, headline, render
from vaegis.evaluation.incident.window import Files

PROBE = """
const page = document.querySelector("iframe");
page.addEventListener("load", () => setTimeout(() => {
  const inner = page.contentDocument, root = inner.documentElement, tell = {};
  tell.overflow = root.scrollWidth - root.clientWidth;
  inner.querySelector("[data-toggle]").click();
  tell.hidden = inner.querySelectorAll("svg .off").length;
  inner.getElementById("theme").click(); tell.theme = root.dataset.theme;
  const strip = inner.querySelector("rect.ghost");
  strip.dispatchEvent(new page.contentWindow.PointerEvent("pointermove", {bubbles: true, clientX: 40, clientY: 40}));
  tell.tip = inner.getElementById("tip").textContent === strip.dataset.tip;
  tell.asked = page.contentWindow.performance.getEntriesByType("resource").length;
  document.title = JSON.stringify(tell);
}, 200));
"""


@pytest.fixture(scope="module")
def page(card):
    return render(card)


def test_it_stands_alone_and_tells_the_incident(page, card):
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|srcset|action)=|url\(|@import|https?://", page)
    assert all(link.startswith("#") and f'id="{link[1:]}"' in page for link in re.findall(r'href="([^"]*)"', page))
    words = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "Anomalous: heat_c is 95 degC where" in words
    assert "vaegis explain 'm3' '2014-03-05 09:00:00'" in words
    for name, value in about(card):
        assert name in words
        assert value in words
    assert "heat_c, degC" in words


def test_the_same_card_makes_the_same_bytes(page, card):
    assert render(card) == page


def test_what_comes_from_the_data_is_text_only(card):
    question = replace(card.question, entity="<script>alert(1)</script>")
    assert "<script>alert(1)" not in render(replace(card, question=question))


def test_a_row_set_aside_says_by_which_rule(fitted_machines, make_question):
    card = make_card(fitted_machines, make_question("m2", "2014-03-02 06:00"))
    assert headline(card) == "expect_column_values_to_be_between failed on load_kw: 9999.0"
    words = html.unescape(re.sub(r"<[^>]+>", "", render(card)))
    assert "Set aside: expect_column_values_to_be_between failed on load_kw" in words
    assert "the strip at the foot marks rows that a rule set aside" in words


def test_long_texts_are_cut(fitted_machines, make_question, rows, tmp_path):
    is_asked = (rows["machine"] == "m1") & (rows["at"] == pd.Timestamp("2014-03-02 12:00", tz="UTC"))
    rows.assign(mode=rows["mode"].mask(is_asked, "x" * 10**6)).to_parquet(tmp_path / "rows.parquet")
    files = Files(rows=tmp_path / "rows.parquet")
    card = make_card(fitted_machines, make_question(files=files, test=files.rows))
    page = render(card)
    assert "x" * 99 + "…" in page
    assert "x" * 101 not in page
    assert card.window.row["mode"].item() == "x" * 10**6


def test_a_usual_row_is_called_usual(fitted_machines, make_question, rows):
    scores = fitted_machines.score(rows[rows["machine"] == "m1"])
    calm = rows.loc[scores.idxmin(), "at"]
    card = make_card(fitted_machines, make_question("m1", str(calm)))
    page = render(card)
    assert "<mark>Usual</mark>" in page
    assert "and that happens" in page


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_browser_shows_it_without_an_error_or_a_request(page, probe, width, height):
    seen = probe(page, PROBE, width, height)
    assert seen["overflow"] <= 0
    assert seen["hidden"] > 0
    assert seen["theme"] in ("light", "dark")
    assert seen["tip"] is True
    assert seen["asked"] == 0
