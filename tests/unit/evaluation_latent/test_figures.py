from dataclasses import replace

import pytest

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.latent.figures import FIGURES


def evidence_of(case):
    return Evidence(case=case, measured={}, tables={})


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_drawn_the_same_twice(case, tmp_path, name):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        FIGURES[name].draw(tmp_path / folder, evidence_of(replace(case, found={})))
    [first], [second] = ((tmp_path / folder).iterdir() for folder in ("a", "b"))
    assert first.name == f"{name}.png"
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", FIGURES)
def test_one_row_has_no_figure(case, tmp_path, name):
    rows = replace(case.rows, test=case.test.head(1))
    lonely = replace(case, bench=replace(case.bench, rows=rows), found={})
    with pytest.raises(NotComputable):
        FIGURES[name].draw(tmp_path, evidence_of(lonely))
