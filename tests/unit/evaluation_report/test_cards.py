"""Model card and data card."""

from dataclasses import replace

import pandas as pd

from vaegis.evaluation.report.cards import data_card, markdown, model_card
from vaegis.evaluation.report.training_rows import TrainingRows


def test_the_model_card_says_all_that_it_must(material, about, verdict, comparison):
    text = markdown(model_card(material, about, verdict, comparison))
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings[:5] == ["Recommendation", "Intended use", "Out of scope", "Limits", "Owner"]
    assert headings[-2:] == ["Ethics and privacy", "Origin"]
    assert {"Detection", "Latent space"} < set(headings)
    assert "| Injected AUROC | 0.9 | 0.85 to 0.93 | 17,000 | 1 is perfect |" in text
    assert "Hardly given back: heat_c (R² 0.30)." in text
    assert "NLL is not computable, because a deterministic autoencoder has no likelihood." in text
    assert "\n\nAnn\n\n" in text


def test_an_owner_nobody_named_is_asked_for(material, about, verdict):
    text = markdown(model_card(material, replace(about, owner=""), verdict, None))
    assert "Nobody is named: set report.owner in params.yaml." in text


def test_privacy_that_was_not_measured_is_said(material, about, make_score):
    assert "was not measured" in markdown(model_card(material, about, None, None))
    measured = replace(material, scores=(make_score("privacy/copies", 0.01, reading="0 is right"),))
    assert "Copies: 0.01. 0 is right" in markdown(model_card(measured, about, None, None))


def test_the_data_card_counts_roles_and_describes_columns(material, about, machine_schema):
    roles = pd.DataFrame({"role": ["train"], "rows": [1_234], "entities": [4]})
    when = pd.Timestamp("2014-01-01", tz="UTC")
    rows = TrainingRows(by_role=roles.assign(first=when, last=when))
    known = replace(material, schema=machine_schema, counts={"clean": 1_300, "quarantined_share": 0.01})
    text = markdown(data_card(known, about, rows))
    assert "| train | 1,234 | 4 | 2014-01-01 | 2014-01-01 |" in text
    assert "- clean: 1,300" in text
    assert "| load_kw | feature | numeric | kW |" in text
    assert "1,000 rows of 40 days, 2015-01-01 to 2015-03-01" in text


def test_a_stroke_in_a_cell_does_not_end_it(material, about, make_score):
    told = replace(material, scores=(make_score("detection/x", reading="a | b"),))
    assert r"a \| b" in markdown(model_card(told, about, None, None))
