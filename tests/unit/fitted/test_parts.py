import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load, save

from vaegis.durable import canonical_json
from vaegis.fitted.parts import unpack
from vaegis.likelihoods import Layout


def test_packing_is_stable_and_exact(fitted_machines):
    parts = fitted_machines.pack()
    again = unpack(parts).pack()
    assert parts == again
    assert parts == fitted_machines.pack()


def test_unpacked_parts_are_those_packed(fitted_machines):
    got = unpack(fitted_machines.pack())
    anywhere = replace(fitted_machines.config, accelerator="auto", devices="auto")
    assert (got.schema, got.config) == (fitted_machines.schema, anywhere)
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


def test_the_machine_it_was_trained_on_is_not_part_of_it(fitted_machines):
    parts = fitted_machines.pack()
    elsewhere = replace(fitted_machines.config, accelerator="cuda", devices="8", strategy="ddp")
    assert replace(fitted_machines, config=elsewhere).pack() == parts
    assert replace(fitted_machines, config=replace(elsewhere, beta=0.5)).pack() != parts


def test_a_bundle_that_still_names_its_machine_is_read(fitted_machines):
    parts = fitted_machines.pack()
    record = json.loads(parts["network.json"])
    record["config"] |= {"accelerator": "cpu", "devices": "2", "strategy": "ddp"}
    got = unpack({**parts, "network.json": canonical_json(record)})
    assert got.config.devices == "2"
    assert got.pack() == parts


def test_a_bundle_from_before_families_and_shapes_were_chosen_is_read(fitted_machines):
    parts = fitted_machines.pack()
    network, transform = json.loads(parts["network.json"]), json.loads(parts["transform.json"])
    del network["config"]["likelihoods"], transform["shapes"], network["layout"]["numbers"]
    network["layout"]["numeric"] = ["gaussian"] * 4
    weights = load(parts["weights.safetensors"])
    weights["read_values.weight"] = weights["read_values.weight"][:, :10].contiguous()
    old = {"network.json": canonical_json(network), "transform.json": canonical_json(transform)}
    got = unpack({**parts, **old, "weights.safetensors": save(weights)})
    assert got.network.layout == Layout(("gaussian",) * 4, ("categorical",) * 2, (2, 2))
    assert (got.config.likelihoods, got.transform.shapes, got.conditions) == ({}, (), None)
    assert got.pack()["weights.safetensors"] == save(weights)


@pytest.mark.parametrize("name", ["weights.safetensors", "transform.json"])
def test_a_missing_part_is_noticed(fitted_machines, name):
    parts = fitted_machines.pack()
    del parts[name]
    with pytest.raises(KeyError, match=name):
        unpack(parts)
