"""The first sentence, and what to know before following it."""

from vaegis.evaluation.report.recommendation import recommend


def test_a_passing_model_names_its_tightest_gate(material, verdict, comparison):
    found = recommend(material, verdict, comparison)
    assert found.sentence == (
        "Promote this model: it passes all 2 gates that the policy requires and that apply, the tightest of them "
        "“obeys the rules” with 0.97 where >= 0.95 is asked."
    )
    compared = next(remark for remark in found.remarks if "worse in detection/false_alarm_rate" in remark)
    assert compared.endswith("Look at what got worse before promoting.")
    assert any(remark.startswith("Not computable: NLL, because") for remark in found.remarks)


def test_a_refusal_says_by_what(material, make_gate, make_verdict):
    failed = [make_gate(f"gate {n}", status="failed", reason=f"0.{n} is not >= 0.7") for n in range(3)]
    found = recommend(material, make_verdict(*failed), None)
    assert found.decision == "refuse"
    assert found.why == (
        "3 of 3 gates of the policy refuse it: gate 0 (0.0 is not >= 0.7); gate 1 (0.1 is not >= 0.7), and 1 more"
    )


def test_advice_and_gates_that_do_not_apply_are_told(material, make_gate, make_verdict):
    gates = make_gate(), make_gate("soft", status="failed", required=False), make_gate("later", status="not applicable")
    remarks = recommend(material, make_verdict(*gates), None).remarks
    assert remarks[0] == "Advice, not required: soft: 0.9 is >= 0.7."
    assert remarks[1] == "Not applicable: later (no champion yet)."


def test_without_a_verdict_nothing_is_recommended(material):
    assert recommend(material, None, None).sentence.startswith("No recommendation: no policy has judged")


def test_whose_approval_is_asked_for_comes_first(material, verdict):
    found = recommend(material, verdict, None, ("2 of reviewer", "1 of owner"))
    assert found.remarks[0] == "Beside its gates the policy asks for the approval of 2 of reviewer and of 1 of owner."
