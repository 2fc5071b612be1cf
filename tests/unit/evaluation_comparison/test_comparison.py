"""A comparison in memory and as JSON."""

import json

from vaegis.evaluation.comparison.comparison import Comparison


def test_it_survives_json_and_is_asked_by_verdict(comparison):
    assert Comparison.from_json(json.loads(json.dumps(comparison.to_json()))) == comparison
    assert [item.metric for item in comparison.of("not computable")] == ["evaluate/reconstruction/nll"]
