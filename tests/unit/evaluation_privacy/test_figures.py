from vaegis.evaluation.case import Case
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.privacy.figures import distances
from vaegis.evaluation.privacy.nearness import nearness_table


def test_drawn_where_there_is_a_table_and_not_where_there_is_none(tmp_path, models, bench, perfect):
    case = Case(model=models[0], bench=bench, rivals={})
    distances(tmp_path, Evidence(case=case, measured={}, tables={}))
    assert not list(tmp_path.iterdir())
    distances(tmp_path, Evidence(case=case, measured={}, tables={"privacy_distances": nearness_table(perfect)}))
    assert (tmp_path / "privacy_distances.png").is_file()
