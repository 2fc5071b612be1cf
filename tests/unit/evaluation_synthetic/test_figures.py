from vaegis.evaluation.case import Case
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.synthetic.figures import draw_marginals, draw_pairs, draw_use
from vaegis.evaluation.synthetic.tables import TABLES


def test_figures_of_generated_rows_are_the_same_each_time(tmp_path, models, bench):
    case = Case(model=models[0], bench=bench, rivals={})
    evidence = Evidence(case=case, measured={}, tables={"utility": TABLES["utility"].make(case)})
    for folder in (tmp_path / "first", tmp_path / "second"):
        for draw in (draw_marginals, draw_pairs, draw_use):
            draw(folder, evidence)
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["marginals.png", "pair_differences.png", "synthetic_use.png"]
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_nothing_to_show_draws_nothing(tmp_path, models, bench):
    draw_use(tmp_path, Evidence(case=Case(model=models[0], bench=bench, rivals={}), measured={}, tables={}))
    assert not list(tmp_path.iterdir())
