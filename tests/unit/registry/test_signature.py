from dataclasses import replace

import pandas as pd
from mlflow.models import ModelSignature

from vaegis.registry.answer import answer
from vaegis.registry.signature import make_signature

ANSWER = pd.DataFrame({"score": [1.0], "flag": [True], "reconstructed_mode": pd.Series(["fast"], dtype=object)})


def test_features_in_answers_out_and_parameters_with_defaults(machine_schema) -> None:
    signature = make_signature(machine_schema, ANSWER, 0.02)
    inputs = {column.name: (column.type.name, column.required) for column in signature.inputs}
    assert inputs == {
        "load_kw": ("double", True),
        "mode": ("string", True),
        "heat_c": ("double", True),
        "parts": ("double", True),
        "running": ("double", True),
        "tilt_deg": ("double", True),
    }
    outputs = {column.name: column.type.name for column in signature.outputs}
    assert outputs == {"score": "double", "flag": "boolean", "reconstructed_mode": "string"}
    assert {param.name: param.default for param in signature.params} == {
        "task": "all",
        "false_alarm_rate": 0.02,
        "reasons": 0,
    }


def test_conditions_are_asked_for_and_times_have_a_type(machine_schema) -> None:
    columns = tuple(
        replace(column, role="condition") if column.name == "operator" else column for column in machine_schema.columns
    )
    made = ANSWER.assign(reconstructed_made=pd.to_datetime(["2024-01-01T00:00:00Z"], utc=True))
    signature = make_signature(replace(machine_schema, columns=columns), made, 0.02)
    assert signature.inputs.input_names()[-1] == "operator"
    assert {column.name: column.type.name for column in signature.outputs}["reconstructed_made"] == "datetime"


def test_every_answer_has_a_type_and_the_signature_survives_storage(untrained, make_machines) -> None:
    given = answer(untrained, make_machines(3), {})
    signature = make_signature(untrained.schema, given, 0.01)
    assert signature.outputs.input_names() == list(given)
    again = ModelSignature.from_dict(signature.to_dict())
    assert (again.inputs, again.outputs, again.params) == (signature.inputs, signature.outputs, signature.params)
