"""`vaegis report`: where the page is."""

import pytest

from vaegis.errors import ArtifactError, ConfigError


def test_the_project_s_own_page_is_named_and_copied(here, vaegis):
    with pytest.raises(ArtifactError, match=r"reports/report\.html does not exist; change: run `vaegis repro`"):
        vaegis("report")
    (here / "reports").mkdir()
    (here / "reports/report.html").write_text("page")
    assert vaegis("report").strip() == "reports/report.html"
    assert vaegis("report", "--json") == {"model": "models/candidate", "report": "reports/report.html"}
    vaegis("report", "--output", "copy.html")
    assert (here / "copy.html").read_text() == "page"


def test_open_shows_it(here, vaegis, monkeypatch):
    (here / "reports").mkdir()
    (here / "reports/report.html").write_text("page")
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    vaegis("report", "--open")
    assert shown == [(here / "reports/report.html").as_uri()]


def test_what_is_no_address_is_one_line(here, vaegis):
    with pytest.raises(ConfigError, match="bundle is no address; allowed: models:/NAME@ALIAS"):
        vaegis("report", "bundle")
