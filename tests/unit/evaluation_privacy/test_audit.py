import pytest

from tests.fixtures.known_generators import rows
from vaegis.evaluation.estimate import Estimate
from vaegis.evaluation.privacy.audit import CLEAN, LEAKS, UNDECIDED, ask, decide
from vaegis.evaluation.privacy.gates import GATES
from vaegis.evaluation.privacy.questions import QUESTIONS


@pytest.fixture(scope="module")
def verdicts(perfect, leaky, copying):
    return {name: ask(material) for name, material in (("perfect", perfect), ("leaky", leaky), ("copying", copying))}


def test_a_perfect_generator_passes_and_a_leak_of_one_row_in_twenty_does_not(verdicts):
    assert decide(verdicts["perfect"]).word == CLEAN
    leak = decide(verdicts["leaky"])
    assert leak.word == LEAKS
    assert "no more copies than chance: 0.06" in leak.reason


def test_a_copier_breaks_every_limit_on_rows(verdicts):
    failed = {result.name for result in decide(verdicts["copying"]).results if result.status == "failed"}
    assert failed == {gate.name for gate in GATES} - {"a leak would be seen"}


def test_few_rows_are_undecided(material_of):
    from dataclasses import replace

    few = replace(material_of(rows(60, 2)), train=rows(60, 0), holdout=rows(60, 1), found={})
    verdict = decide(ask(few))
    assert verdict.word == UNDECIDED
    assert verdict.reason.endswith("take more rows")


def test_nearness_beside_a_holdout_of_another_place_is_undecided(perfect):
    """Rows of the law are nearer to training rows than rows of another place, which says nothing of copies."""
    from dataclasses import replace

    moved = perfect.holdout.assign(a=lambda frame: frame["a"] + 8.0, c=lambda frame: frame["c"] + 8.0)
    verdict = decide(ask(replace(perfect, holdout=moved, found={})))
    assert verdict.word == UNDECIDED
    assert "differ by themselves (AUROC 1.00): deal the holdout at random" in verdict.reason


def test_every_figure_is_told_before_it_is_asked(material_of):
    heard = []
    figures = ask(material_of(rows(100, 2)), heard.append)
    assert heard == list(QUESTIONS) == list(figures)


def test_a_figure_that_cannot_be_had_is_undecided_and_says_why(verdicts):
    figures = {**verdicts["perfect"], "membership_tpr_bound": Estimate.absent("the moon is full")}
    verdict = decide(figures)
    assert verdict.word == UNDECIDED
    assert "not computable, because the moon is full" in verdict.reason
