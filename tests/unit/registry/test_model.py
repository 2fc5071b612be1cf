from pathlib import Path

from mlflow.entities import LoggedModelStatus

from vaegis import paths
from vaegis.bundle import file_digest
from vaegis.fitted.model import FittedModel
from vaegis.registry.model import REFERENCE, find_or_log
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.tracking import connect


def test_one_logged_model_for_one_bundle_and_an_unfinished_one_is_removed(project) -> None:
    client = connect()
    experiment = client.create_experiment("machines", artifact_location=Path("mlruns/artifacts").absolute().as_uri())
    run = client.create_run(experiment).info.run_id
    unfinished = client.create_logged_model(experiment, name="model", source_run_id=run)
    assert unfinished.status == LoggedModelStatus.PENDING

    cards = {file.stem.lower(): file for file in paths.CARDS.glob("*.md")}
    paths.MODEL_REFERENCE.write_bytes(b"sums")
    first = find_or_log(client, run, paths.CANDIDATE, project.rows.head(5), 0.02, cards)
    again = find_or_log(client, run, paths.CANDIDATE, project.rows.head(5), 0.02, cards)
    assert again.model_id == first.model_id
    assert [model.model_id for model in client.search_logged_models([experiment])] == [first.model_id]
    assert first.status == LoggedModelStatus.READY
    assert first.tags[CONTENT_DIGEST] == FittedModel.load(paths.CANDIDATE).content_digest

    stored = Path(f"mlruns/artifacts/models/{first.model_id}/artifacts")
    assert (stored / "artifacts/MODEL_CARD.md").read_text() == "# Model\n"
    assert (stored / "artifacts/DATA_CARD.md").read_text() == "# Data\n"
    for part in paths.CANDIDATE.iterdir():
        assert file_digest(stored / "artifacts/bundle" / part.name) == file_digest(part)
    assert (stored / "artifacts/bundle" / REFERENCE).read_bytes() == b"sums"
    assert (stored / "code/vaegis/registry/served.py").is_file()
    assert "false_alarm_rate" in (stored / "MLmodel").read_text()
