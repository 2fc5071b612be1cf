import json

from vaegis.likelihoods import ColumnFacts


def test_json_is_exact_and_leaves_out_what_is_plain():
    facts = ColumnFacts(num_levels=3, center=1.5, points=(0.0, 2.5), cycles=((1.0, 0.0), (0.1, 2.0)), wraps=True)
    for item in (facts, ColumnFacts()):
        assert ColumnFacts.from_json(json.loads(json.dumps(item.to_json()))) == item
    assert ColumnFacts().to_json() == {}
    assert set(ColumnFacts(scale=2.0).to_json()) == {"scale"}
