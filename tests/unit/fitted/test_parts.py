import json

import pytest
import torch

from vaegis.fitted.parts import unpack


def test_packing_is_stable_and_exact(fitted_machines):
    parts = fitted_machines.pack()
    again = unpack(parts).pack()
    assert parts == again
    assert parts == fitted_machines.pack()


def test_unpacked_parts_are_those_packed(fitted_machines):
    got = unpack(fitted_machines.pack())
    assert (got.schema, got.config) == (fitted_machines.schema, fitted_machines.config)
    for name, tensor in fitted_machines.network.state_dict().items():
        assert got.network.state_dict()[name].equal(tensor)
    assert not got.network.training


def test_json_parts_are_json_and_weights_alone_decide(fitted_machines):
    parts = fitted_machines.pack()
    assert json.loads(parts["network.json"])["config"]["latent_dim"] == 3
    with torch.no_grad():
        changed = unpack(parts)
        changed.network.to_latent.bias[0] += 1e-6
    differing = {name for name, content in changed.pack().items() if content != parts[name]}
    assert differing == {"weights.safetensors"}


@pytest.mark.parametrize("name", ["weights.safetensors", "transform.json"])
def test_a_missing_part_is_noticed(fitted_machines, name):
    parts = fitted_machines.pack()
    del parts[name]
    with pytest.raises(KeyError, match=name):
        unpack(parts)
