"""Which five figures decide."""

from vaegis.evaluation.report.deciding import choose_deciding, gates_of, tightest


def names(found):
    return [item.score.name for item in found]


def test_the_tightest_gate_comes_first_then_what_has_none(material, verdict):
    found = names(choose_deciding(material, verdict))
    assert found[:3] == ["synthetic/rule_pass_rate", "detection/injected_auroc", "latent/rate"]


def test_what_refuses_comes_before_all(material, make_gate, make_verdict):
    failed = make_gate(status="failed", value=0.5)
    near = make_gate("near", "evaluate/synthetic/rule_pass_rate", value=0.97, bound=0.969)
    found = choose_deciding(material, make_verdict(near, failed))
    assert names(found)[:2] == ["detection/injected_auroc", "synthetic/rule_pass_rate"]
    assert [item.gate.status for item in found[:2]] == ["failed", "passed"]


def test_one_of_each_topic_before_a_second_of_any(material, make_gate, make_verdict, make_score):
    from dataclasses import replace

    more = replace(material, scores=(*material.scores, make_score("detection/event_recall", 0.8)))
    gates = [
        make_gate("a", value=0.9, bound=0.89),
        make_gate("b", "evaluate/detection/event_recall", value=0.8, bound=0.79),
        make_gate("c", "evaluate/synthetic/rule_pass_rate", value=0.97, bound=0.1),
    ]
    assert names(choose_deciding(more, make_verdict(*gates)))[:3] == [
        "detection/event_recall",
        "synthetic/rule_pass_rate",
        "detection/injected_auroc",
    ]


def test_never_more_than_five_never_one_twice(material, verdict, make_score):
    from dataclasses import replace

    many = tuple(make_score(f"detection/m{n}") for n in range(9))
    found = names(choose_deciding(replace(material, scores=(*many, *material.scores)), verdict))
    assert len(found) == len(set(found)) <= 5


def test_without_a_policy_there_are_figures_all_the_same(material):
    assert names(choose_deciding(material, None))[0] == "detection/injected_auroc"


def test_a_score_knows_its_gates(material, verdict):
    assert [gate.name for gate in gates_of(verdict, material.scores[0])] == ["finds faults"]
    assert gates_of(None, material.scores[0]) == []


def test_a_share_at_its_best_is_not_near_its_bound(material, make_gate, make_verdict):
    """1 where 0.95 is asked is as good as it gets; 0.9 where 0.7 is asked is not."""
    best = make_gate("best", "evaluate/synthetic/rule_pass_rate", value=1.0, bound=0.95, condition=">= 0.95")
    found = [pair.gate.name for pair in tightest(material, make_verdict(best, make_gate()))]
    assert found == ["finds faults", "best"]
