"""A comparison in memory and as JSON."""

import json

from vaegis.evaluation.comparison.comparison import Comparison


def test_it_survives_json_and_is_asked_by_verdict(comparison):
    assert Comparison.from_json(json.loads(json.dumps(comparison.to_json()))) == comparison
    assert [item.metric for item in comparison.of("not computable")] == ["evaluate/reconstruction/nll"]


def test_a_record_of_before_there_were_reasons_can_be_read(comparison):
    record = comparison.to_json()
    assert record.pop("unpaired")["privacy/*"]
    assert Comparison.from_json(record).differences == comparison.differences
