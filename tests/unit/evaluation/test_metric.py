import pytest

from vaegis.evaluation.metric import MetricSpec, in_tier

FIELDS = {"definition": "a", "unit": "", "direction": "higher", "reading": "b", "compute": lambda case: None}


@pytest.mark.parametrize("wrong", [{"direction": "up"}, {"tier": "slow"}, {"definition": ""}, {"reading": ""}])
def test_a_metric_without_meaning_is_refused(wrong):
    with pytest.raises(ValueError, match="needs a direction"):
        MetricSpec(**{**FIELDS, **wrong})


def test_the_full_tier_has_everything():
    assert [
        in_tier(MetricSpec(**FIELDS, tier=tier), asked) for tier in ("fast", "full") for asked in ("fast", "full")
    ] == [
        True,
        True,
        False,
        True,
    ]
