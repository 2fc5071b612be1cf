import json

import pytest

from vaegis.evaluation.incident.card import make_card


def test_the_card_says_what_the_model_says(card, fitted_machines, rows, fault):
    row = rows[(rows["machine"] == "m1") & (rows["at"] == fault)]
    assert card.score == fitted_machines.score(row).iloc[0]
    assert card.pvalue == fitted_machines.pvalue(row).iloc[0]
    assert card.state == "anomalous"
    assert card.spread is None  # one network scores
    assert card.blame.idxmax() == "heat_c"
    reason = card.guilty()[0]
    assert (reason["column"], reason["unit"], reason["observed"]) == ("heat_c", "degC", 95.0)
    assert reason["low"] < reason["normal"] < reason["high"]


def test_it_is_plain_json(card):
    record = json.loads(json.dumps(card.to_json(), allow_nan=False))
    assert record["row_id"] == "m1|2014-03-02T12:00:00Z"
    assert record["reasons"][0]["column"] == "heat_c"
    assert ("m3", "2014-03-05T09:00:00Z") in {(item["entity"], item["time"]) for item in record["similar"]}
    assert record["normal"]["pvalue"] > record["rate"] >= record["pvalue"]
    assert record["model"]["lineage key"] == "1234"


def test_a_row_that_a_rule_caught_says_which(fitted_machines, make_question, rule):
    record = make_card(fitted_machines, make_question("m2", "2014-03-02 06:00")).to_json()
    assert record["state"] == "set aside"
    assert record["rules"] == [rule]


def test_an_ensemble_tells_its_spread(make_machines, machine_schema, make_question):
    import vaegis

    config = {"train": {"epochs": 1}, "score": {"mode": "parametric"}, "generator": {"kind": "none"}}
    model = vaegis.fit(make_machines(400), config, schema=machine_schema)
    card = make_card(model, make_question())
    assert card.spread == pytest.approx(float(model.spread(card.window.row).iloc[0]))
    assert card.to_json()["spread"] > 0
