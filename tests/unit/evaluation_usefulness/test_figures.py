from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.usefulness.figures import FIGURES


def test_the_figure_is_drawn(case, tmp_path):
    FIGURES["usefulness"].draw(tmp_path, Evidence(case=case, measured={}, tables={}))
    assert (tmp_path / "usefulness.png").stat().st_size > 10_000
