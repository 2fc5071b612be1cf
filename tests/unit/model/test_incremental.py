import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.config.generator import GeneratorConfig
from vaegis.contract import ColumnSpec
from vaegis.data.codec import TableCodec
from vaegis.model.autoregressive import AutoregressiveNetwork
from vaegis.model.incremental import Incremental


@pytest.fixture(scope="module")
def codec() -> TableCodec:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": random.normal(size=800), "b": random.choice(list("uvw"), 800), "c": random.normal(size=800)}
    )
    frame.loc[::9, "a"] = np.nan
    columns = [
        ColumnSpec(name="a", dtype="float64", kind="numeric", role="feature"),
        ColumnSpec(name="b", dtype="string", kind="category", role="feature"),
        ColumnSpec(name="c", dtype="float64", kind="numeric", role="feature"),
    ]
    return TableCodec.fit(columns, [frame])


@pytest.mark.parametrize("blocks", [1, 3])
@pytest.mark.parametrize("seeing", [True, False])
@pytest.mark.parametrize("num_latents", [0, 2])
def test_column_by_column_gives_what_the_masked_pass_gives(codec, blocks, seeing, num_latents):
    torch.manual_seed(1)
    network = AutoregressiveNetwork(codec, GeneratorConfig(width=8, blocks=blocks), num_latents)
    random = torch.Generator().manual_seed(0)
    codes = torch.stack([torch.randint(0, count, (64,), generator=random) for count in codec.num_levels], dim=1)
    z_NK = torch.randn(64, num_latents, generator=random) if seeing and num_latents else None
    walk, found = Incremental(network).start(64, z_NK), []
    for x, count in enumerate(codec.num_levels):
        log_prob_NV = walk.log_prob_NV(x)[:, :count]
        assert float(log_prob_NV.exp().sum(1).sub(1).abs().max()) < 1e-5
        found.append(log_prob_NV.gather(1, codes[:, x : x + 1]))
        walk.put(x, codes[:, x])
    with torch.no_grad():
        torch.testing.assert_close(torch.cat(found, dim=1), network.log_prob_NX(codes, z_NK), atol=1e-5, rtol=1e-5)
