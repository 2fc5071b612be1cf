import importlib.util

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tests.fixtures.family_columns import columns_of
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.fitted import export
from vaegis.fitted.export import export_onnx
from vaegis.fitted.graph import INPUTS, OUTPUTS
from vaegis.likelihoods import CONDITION, LIKELIHOODS, ColumnFacts, Layout
from vaegis.model.vae import VAE

ROWS = 64


def network_of(layout: Layout, *, stochastic: bool = True) -> VAE:
    torch.manual_seed(3)
    network = VAE(layout, latent_dim=3, hidden=[16, 8], min_sigma=0.05, stochastic=stochastic).eval()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn(parameter.shape)
    return network


def rows_of(layout: Layout) -> TableBatch:
    random = torch.Generator().manual_seed(4)
    num_numeric, num_discrete = len(layout.numeric), len(layout.discrete)
    values_ND = torch.randn(ROWS, num_numeric, generator=random)
    for d, facts in enumerate(layout.numbers):
        if facts.points:
            values_ND[::2, d] = facts.points[0]
    share_NC = torch.rand(ROWS, num_discrete, generator=random)
    codes_NC = (share_NC * (torch.tensor(layout.num_levels) + 1)).long().view(ROWS, num_discrete)
    observed_NX = (torch.rand(ROWS, num_numeric + num_discrete, generator=random) < 0.9).float()
    observed_NX[:, num_numeric:] *= codes_NC > 0
    return TableBatch(values_ND * observed_NX[:, :num_numeric], codes_NC, observed_NX)


def differences(network: VAE) -> list[float]:
    """Return by output the largest difference of ONNX Runtime from torch, over one plus the size."""
    session = onnxruntime.InferenceSession(export_onnx(network))
    read = {item.name for item in session.get_inputs()}
    batch = rows_of(network.layout)
    worst = []
    for part in (batch, batch.rows(0, 1)):
        cells = (part.values_ND, part.codes_NC, part.observed_NX)
        said = session.run(None, {n: c.numpy() for n, c in zip(INPUTS, cells, strict=True) if n in read})
        with torch.no_grad():
            meant = [answer.numpy() for answer in export._Answers(network)(*cells)]
        worst.append([_apart(one, other) for one, other in zip(said, meant, strict=True)])
    return [max(pair) for pair in zip(*worst, strict=True)]


def _apart(said: np.ndarray, meant: np.ndarray) -> float:
    assert said.shape == meant.shape
    np.testing.assert_array_equal(np.isnan(said), np.isnan(meant))
    return float(np.nan_to_num(np.abs(said - meant) / (1.0 + np.abs(meant))).max(initial=0.0))


def layout_of_all() -> Layout:
    """Return three columns of every family."""
    numbers = [
        (name, facts) for name in LIKELIHOODS if LIKELIHOODS[name].reads == "values" for facts in columns_of(name)
    ]
    levels = [(name, facts) for name in LIKELIHOODS if LIKELIHOODS[name].reads == "codes" for facts in columns_of(name)]
    return Layout(
        tuple(name for name, _ in numbers),
        tuple(name for name, _ in levels),
        tuple(facts.num_levels for _, facts in levels),
        tuple(facts for _, facts in numbers),
    )


POINTS_AND_CYCLES = (
    ColumnFacts(cycles=((1.0, 0.0), (3.0, 0.5))),
    ColumnFacts(wraps=True, cycles=((1.0, 0.0),)),
    ColumnFacts(points=(0.5,)),
)
LAYOUTS = {
    "every family": layout_of_all(),
    "conditions": Layout((CONDITION, "circular", "gaussian"), (CONDITION, "ordinal"), (3, 4), POINTS_AND_CYCLES),
    "numbers alone": Layout(("gaussian",) * 4, (), ()),
    "levels alone": Layout((), ("categorical",) * 2, (2, 5)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUTS)
def test_onnx_says_what_torch_says(name):
    assert max(differences(network_of(LAYOUTS[name], stochastic=name != "conditions"))) < 1e-5


@pytest.mark.slow
def test_bytes_are_the_same_and_name_nothing_of_this_machine():
    network = network_of(Layout(("gaussian",), ("categorical",), (4,)))
    written = export_onnx(network)
    assert written == export_onnx(network)
    assert b"site-packages" not in written
    assert b"/home" not in written
    proto = onnx.load_model_from_string(written)
    onnx.checker.check_model(proto)
    assert [item.name for item in proto.graph.input] == list(INPUTS)
    assert [item.name for item in proto.graph.output] == list(OUTPUTS)
    assert not [node.op_type for node in proto.graph.node if node.op_type == "Loop"], "a loop over rows is slow"


def test_without_onnx_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"onnx and onnxscript are not installed; change: pip install"):
        export_onnx(network_of(LAYOUTS["numbers alone"]))


def test_a_bundle_is_whole_without_it(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    export.attach_onnx(network_of(LAYOUTS["numbers alone"]), tmp_path)
    assert "can only be scored with torch" in caplog.text
    assert list(tmp_path.iterdir()) == []
