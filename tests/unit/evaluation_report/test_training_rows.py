"""Rows by role."""

from vaegis.evaluation.report.training_rows import TrainingRows


def test_roles_are_counted_as_they_are_dealt(project, world, monkeypatch):
    monkeypatch.chdir(project)
    found = TrainingRows.of_project(world.SPLIT)
    counted = found.by_role.set_index("role")["rows"]
    assert counted.sum() == len(world.make_rows())
    assert counted["test"] == len(world.read_rows(project, max_rows=100_000).test)
    roles = {line[0]: line for line in found.table()}
    assert roles["test"][2:4] == ("2", "2015-01-02")
