from dataclasses import replace

import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.reconstruction import figures
from vaegis.evaluation.style import picture


@pytest.fixture(scope="module")
def evidence(beside_its_twin):
    return beside_its_twin


@pytest.fixture
def titles(monkeypatch):
    seen = []

    def watched(path, title, note, **options):
        seen.append(title)
        return picture(path, title, note, **options)

    monkeypatch.setattr(figures, "picture", watched)
    return seen


def test_the_worst_part_is_in_the_title(evidence, tmp_path, titles):
    figures.slices(tmp_path, evidence)
    worst = evidence.metrics["reconstruction"]["worst_slice_error"]
    assert f"is given back worst: {worst:.2f} times the error of all rows" in titles[0]
    assert (tmp_path / "slices.png").read_bytes().startswith(b"\x89PNG")


def test_many_parts_are_cut_to_the_worst(evidence, tmp_path, titles):
    import pandas as pd

    table = evidence.tables["slices"]
    many = pd.concat([table] * 20, ignore_index=True)
    figures.slices(tmp_path, replace(evidence, tables={**evidence.tables, "slices": many}))
    assert (tmp_path / "slices.png").exists()


def test_without_parts_there_is_no_figure(evidence, tmp_path):
    figures.slices(tmp_path, replace(evidence, tables={"slices": evidence.tables["slices"][:0]}))
    assert list(tmp_path.iterdir()) == []


def test_the_gaps_are_in_the_title(evidence, tmp_path, titles):
    figures.density(tmp_path, evidence)
    gap = evidence.metrics["reconstruction"]["amortisation_gap"]
    assert titles[0].startswith(f"The encoder costs {gap:.2f} nats per row")


def test_a_twin_has_no_density_to_draw(models, bench, tmp_path):
    twin = gather(Case(model=models[1], bench=bench, rivals={}, tier="fast", replicates=0))
    with pytest.raises(NotComputable, match="deterministic"):
        figures.density(tmp_path, twin)
