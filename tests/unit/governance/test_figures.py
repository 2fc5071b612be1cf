import json

from vaegis.governance.figures import Figures, read_estimates
from vaegis.governance.provenance import Provenance

ESTIMATES = {
    "latent/rate": {"value": 4.0, "rows": 500, "reason": ""},
    "synthetic/shape": {"value": None, "rows": 0, "reason": "an autoencoder generates nothing"},
    "broken": 3,
}


def test_numbers_rows_reasons_and_origin_come_together():
    origin = Provenance(numbers={"provenance/committed": 0}, notes={"provenance/committed": "commit dvc.lock"})
    found = Figures.of({"evaluate/latent/rate": 4.0, "evaluate/synthetic/shape": None}, ESTIMATES, origin)
    assert found.numbers["provenance/committed"] == 0
    assert found.rows == {"evaluate/latent/rate": 500, "evaluate/synthetic/shape": 0}
    assert found.notes == {
        "evaluate/synthetic/shape": "an autoencoder generates nothing",
        "provenance/committed": "commit dvc.lock",
    }
    assert Figures.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_no_estimates_are_none(tmp_path):
    assert read_estimates(tmp_path / "none.json") == {}
    (tmp_path / "list.json").write_text("[]")
    assert read_estimates(tmp_path / "list.json") == {}
