from dataclasses import replace

import pytest

from vaegis.errors import ConfigError
from vaegis.fitted.drawing import draw_rows, require_prior
from vaegis.fitted.form import TableForm
from vaegis.generation.generator import SAMPLING


def test_rows_are_named_and_typed_as_the_contract_says(fitted_machines):
    form = TableForm({"load_kw": 0}, {"parts": "float32", "running": "object"})
    drawn = draw_rows(replace(fitted_machines, form=form), 20, seed=1)
    assert list(drawn) == fitted_machines.columns
    kinds = {"load_kw": "f", "mode": "O", "heat_c": "f", "parts": "i", "running": "b", "tilt_deg": "f"}
    assert {name: dtype.kind for name, dtype in drawn.dtypes.items()} == kinds
    assert drawn.attrs[SAMPLING] == {"method": "unconditional", "effective_rows": 20.0, "drawn_rows": 20}
    assert drawn.equals(draw_rows(fitted_machines, 20, seed=1))


@pytest.mark.parametrize("number", [0, 2.5, "3", None])
def test_what_is_no_number_of_rows_is_refused(fitted_machines, number):
    with pytest.raises(ConfigError, match=r"sample of .* rows; allowed: a whole number, at least 1"):
        fitted_machines.sample(number)


def test_an_autoencoder_draws_nothing(fitted_machines, fitted_autoencoder):
    require_prior(fitted_machines.network, "sample")
    with pytest.raises(ConfigError, match="sample needs a latent prior"):
        draw_rows(fitted_autoencoder, 3)
