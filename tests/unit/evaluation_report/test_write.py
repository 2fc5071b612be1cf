"""Page and cards as files."""

from vaegis.evaluation.report.write import DATA_CARD, MODEL_CARD, make_report


def test_page_and_cards_are_whole_files_and_old_cards_go(material, about, verdict, tmp_path):
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/OLD.md").write_text("old")
    report = make_report(material, about, verdict)
    report.write(tmp_path / "report.html", tmp_path / "cards")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report.page
    assert {path.name for path in (tmp_path / "cards").iterdir()} == {MODEL_CARD, DATA_CARD}
    assert (tmp_path / "cards" / MODEL_CARD).read_text(encoding="utf-8").startswith("# Model card: machines\n")
