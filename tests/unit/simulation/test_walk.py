import numpy as np
import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.simulation.walk import walk_between, walk_latents


def test_a_latent_is_moved_alone(model):
    made = walk_latents(model, ("z_1", "z_0"), seed=0)
    assert list(made["walk"].unique()) == ["z_1", "z_0"]
    assert made.groupby("walk")["z"].apply(lambda z: z.is_monotonic_increasing).all()
    assert set(model.features) < set(made.columns)
    with pytest.raises(ConfigError, match=r"there is no latent 'z_9'; allowed: z_0, z_1; or"):
        walk_latents(model, ("z_9",), seed=0)


def test_a_way_from_a_row_to_another_ends_in_their_reconstructions(model, rows):
    made = walk_between(model, rows, model.schema, ("3", "11"))
    ends = model.expect(rows.iloc[[3, 11]])
    numbers = ["x", "y", "w"]
    assert np.allclose(made[numbers].iloc[[0, -1]], ends[numbers], atol=1e-4)
    assert made["z"].iloc[[0, -1]].tolist() == [0.0, 1.0]
    with pytest.raises(DataError, match="there is no row '999'"):
        walk_between(model, rows, model.schema, ("3", "999"))
