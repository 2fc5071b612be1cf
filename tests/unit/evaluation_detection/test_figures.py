from dataclasses import replace

import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import figures
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.style import picture


@pytest.fixture(scope="module")
def evidence(models, bench):
    return gather(Case(model=models[0], bench=bench, rivals={}, tier="fast"))


def test_the_title_says_by_how_much_alarms_exceed_what_was_asked(evidence, tmp_path, monkeypatch):
    titles = []

    def watched(path, title, note, **options):
        titles.append(title)
        return picture(path, title, note, **options)

    monkeypatch.setattr(figures, "picture", watched)
    figures.calibration(tmp_path, evidence)
    rate = evidence.metrics["detection"]["false_alarm_rate"]
    assert titles == [f"{rate / 0.01:.1f} times as many false alarms as asked for: {rate:.1%} at 1.0%"]
    assert (tmp_path / "conformal.png").read_bytes().startswith(b"\x89PNG")


def test_a_single_month_needs_no_second_picture(evidence, tmp_path):
    one = evidence.tables["false_alarms_by_month"].head(1)
    figures.calibration(tmp_path, replace(evidence, tables={**evidence.tables, "false_alarms_by_month": one}))
    assert (tmp_path / "conformal.png").exists()
