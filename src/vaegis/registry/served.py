"""The registered model, as code that MLflow runs when it is loaded; weights come from the bundle beside it."""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc import PythonModel, PythonModelContext

from vaegis.errors import DataError, VaegisError
from vaegis.fitted.model import FittedModel
from vaegis.registry.answer import answer


class RefusedInputError(DataError, MlflowException):
    """A mistake in the call, as both families know it: MLflow's server answers with its line instead of a trace."""

    def __init__(self, error: VaegisError) -> None:
        MlflowException.__init__(self, str(error), error_code=INVALID_PARAMETER_VALUE)


class ServedModel(PythonModel):
    """Scores, encodes and reconstructs rows with the bundle it was logged with."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load and verify the bundle."""
        self.model = FittedModel.load(Path(context.artifacts["bundle"]))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the answer to `params["task"]` for each row."""
        try:
            return answer(self.model, model_input, params or {})
        except VaegisError as error:
            raise RefusedInputError(error) from None


mlflow.models.set_model(ServedModel())
