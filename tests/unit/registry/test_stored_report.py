"""The report of a registered version, as logged or made again."""

import pytest

from vaegis.errors import ArtifactError
from vaegis.registry.registration import register
from vaegis.registry.stored_report import fetch_report


def test_the_logged_page_comes_back_byte_by_byte(registered):
    project, registration = registered
    name, text = fetch_report(f"models:/machines/{registration.version}")
    assert name == f"report-machines-{registration.version}.html"
    assert text == (project.root / "reports/report.html").read_text()


def test_a_version_without_a_page_gets_one_from_its_evidence(project):
    (project.root / "reports/report.html").unlink()
    (project.root / "reports/evaluation/figures/worst_rows.png").unlink()
    (project.root / "reports/evaluation/tables").mkdir()
    registration = register()
    _, text = fetch_report(f"models:/machines/{registration.version}")
    assert "No recommendation" in text
    assert 'id="def-latent-active-units"' in text


def test_an_unknown_version_is_one_line(registered):
    with pytest.raises(ArtifactError, match="models:/machines/99"):
        fetch_report("models:/machines/99")
