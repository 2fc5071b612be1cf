"""The page: whole, by itself, and alive in a real browser."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from vaegis.evaluation.report.material import Material
from vaegis.evaluation.report.write import make_report

VOID = {"meta", "br", "img", "link", "input", "hr", "circle", "line", "path", "rect"}
PROBE = """
const page = document.querySelector("iframe");
page.addEventListener("load", () => setTimeout(() => {
  const inner = page.contentDocument, root = inner.documentElement, tell = {};
  tell.overflow = root.scrollWidth - root.clientWidth;
  const button = inner.querySelector("[data-toggle]");
  const hidden = () => inner.querySelectorAll("svg .off").length;
  button.click(); tell.hidden = hidden(); button.click(); tell.again = hidden();
  const head = inner.querySelector("#gates th:nth-child(3)");
  const first = () => inner.querySelector("#gates tbody tr td:nth-child(3)").textContent;
  head.click(); tell.low = first(); head.click(); tell.high = first();
  inner.getElementById("theme").click(); tell.theme = root.dataset.theme;
  const dot = inner.querySelector("circle[data-tip]");
  dot.dispatchEvent(new page.contentWindow.PointerEvent("pointermove", {bubbles: true, clientX: 40, clientY: 40}));
  tell.tip = inner.getElementById("tip").textContent === dot.dataset.tip;
  document.title = JSON.stringify(tell);
}, 200));
"""


class Outline(HTMLParser):
    """Ids, links and open elements of a page; an element closed out of turn is a fault."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.scores, self.open, self.faults, self.sources = [], [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if "href" in named else []
        self.sources += [named[key] for key in ("src", "srcset", "data", "action") if key in named]
        self.scores += [named.get("href")] if "score" in (named.get("class") or "").split() else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))


def outline(text):
    found = Outline(text)
    assert found.faults == []
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links), found.links
    assert all(source.startswith("data:") for source in found.sources)
    assert "http://" not in text
    assert "https://" not in text
    return found


def test_it_stands_alone_and_every_score_has_its_definition(page, material):
    found = outline(page)
    anchors = {link for link in found.scores if link}
    assert len(found.scores) >= len(material.scores)
    assert anchors == {f"#{place}" for place in found.ids if place.startswith("def-")}
    assert "default-src 'none'" in page


def test_its_first_words_are_the_recommendation(page):
    body = page[page.index("<body>") :]
    words = html.unescape(re.sub(r"<[^>]+>", "", body[body.index("<h1") : body.index("</h1>")])).split(":")
    assert words[0] == "Promote this model"
    assert "it passes all 2 gates" in words[1]


def test_what_comes_from_the_data_is_text_only(page):
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_same_files_make_the_same_bytes(page, material, about, verdict, comparison):
    assert make_report(material, about, verdict, comparison).page == page


def test_a_new_metric_and_topic_appear_by_themselves(material, about, verdict, make_score):
    more = replace(material, scores=(*material.scores, make_score("weather/sunshine", 0.25, reading="more is nicer")))
    text = make_report(more, about, verdict).page
    assert 'id="topic-weather"' in text
    assert 'id="def-weather-sunshine"' in text
    assert "More is nicer." in text
    outline(text)


def test_what_cannot_be_computed_says_why(page):
    assert "Not computable, because a deterministic autoencoder has no likelihood." in html.unescape(page)


def test_what_has_no_interval_and_what_is_not_paired_say_why(material, about, verdict, comparison, make_score):
    bare = make_score("calibration/pit_ks", no_interval="it only grows")
    page = make_report(replace(material, scores=(*material.scores, bare)), about, verdict, comparison).page
    assert "No interval, because it only grows." in page
    assert "<dt><code>synthetic/*</code></dt><dd>Each version generates rows of its own.</dd>" in page


@pytest.mark.parametrize("scores", [0, 1, 4])
def test_little_evidence_makes_a_page_all_the_same(material, about, scores):
    empty = {name: table.iloc[:0] for name, table in material.tables.items()}
    poor = Material(scores=material.scores[:scores], tables=empty, titles={}, figures={}, rows={})
    text = make_report(poor, about, None).page
    outline(text)
    assert "No recommendation" in text


def test_only_missing_values_make_a_page_all_the_same(material, about, verdict):
    nothing = tuple(replace(score, value=None, low=None, high=None, reason="one row") for score in material.scores)
    gates = tuple(replace(gate, value=None, status="failed", reason="not measured") for gate in verdict.gates)
    refused = replace(verdict, decision="refused", gates=gates)
    text = make_report(replace(material, scores=nothing), about, refused).page
    outline(text)
    assert "Do not promote this model" in text
    assert (
        "nan"
        not in re.sub(r"<style>.*?</style>|<script>.*?</script>|base64,[^\"']*", "", text, flags=re.DOTALL).lower()
    )


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_browser_shows_it_without_an_error(page, probe, width, height):
    seen = probe(page, PROBE, width, height)
    assert seen["overflow"] <= 0
    assert seen["hidden"] > 0
    assert seen["again"] == 0
    assert (seen["low"], seen["high"]) == ("0.9", "0.97")
    assert seen["theme"] in ("light", "dark")
    assert seen["tip"] is True
