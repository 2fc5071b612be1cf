"""What a survey tells of a source."""

import pytest


def test_everything_is_sized_to_the_table(jobs):
    assert jobs.model == "jobs-vae"
    assert jobs.roles["train"] > jobs.roles["test"] > 0
    assert sum(jobs.roles.values()) == len(jobs.frame) == 2_000
    assert jobs.training["latent_dim"] >= 2
    assert jobs.split["test_from"].startswith("2023-")


def test_what_is_unsure_or_lacks_a_unit_is_named(jobs, parts):
    confidences = {guess.column.name: guess.confidence for guess in jobs.inference.guesses}
    assert jobs.unsure == [name for name, value in confidences.items() if value < 0.75]
    assert "hardness" in parts.without_unit
    assert "width_mm" not in parts.without_unit


@pytest.mark.parametrize("name", ["jobs", "parts"])
def test_a_file_gets_definitions_of_its_own(request, name):
    survey = request.getfixturevalue(name)
    assert survey.is_own
    assert survey.ingest == {"source": "file", "path": str(survey.source)}


def test_a_model_may_have_no_underscore_but_a_name(jobs):
    from dataclasses import replace

    assert replace(jobs, name="my_big_table").model == "my-big-table-vae"
