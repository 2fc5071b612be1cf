import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.contract import ColumnSpec
from vaegis.data.codec import TableCodec
from vaegis.model.masked import BUCKETS, LevelBuckets, LevelHead, MaskedLinear, bucket_columns


@pytest.fixture(scope="module")
def codec() -> TableCodec:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "on": random.random(900) < 0.5,
            "size": random.normal(size=900),
            "mode": random.choice(list("abcde"), 900),
            "load": random.normal(size=900),
        }
    )
    columns = [
        ColumnSpec(name="on", dtype="bool", kind="binary", role="feature"),
        ColumnSpec(name="size", dtype="float64", kind="numeric", role="feature"),
        ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
        ColumnSpec(name="load", dtype="float64", kind="numeric", role="feature"),
    ]
    return TableCodec.fit(columns, [frame])


@pytest.mark.parametrize("strict", [True, False])
def test_a_column_sees_only_those_before_it(strict):
    layer = MaskedLinear(4, 3, strict=strict)
    sees = torch.autograd.functional.jacobian(layer, torch.randn(1, 12))[0, :, 0].view(4, 3, 4, 3).ne(0).any(3).any(1)
    assert sees.equal(torch.ones(4, 4, dtype=torch.bool).tril(-1 if strict else 0))


def test_buckets_hold_every_column_once():
    num_levels = [1, 3, 250, 16, 17, 4, 9_000]
    buckets = bucket_columns(num_levels)
    assert sorted(x for bucket in buckets for x in bucket) == list(range(7))
    for bucket in buckets:
        limits = {next(most for most in BUCKETS if num_levels[x] <= most) for x in bucket}
        assert len(limits) == 1


def test_lookup_is_the_row_of_the_column_s_own_table(codec):
    levels = LevelBuckets(codec, 5, std=1.0)
    codes = torch.tensor([[count - 1 for count in codec.num_levels], [0] * 4])
    found = levels(codes)
    for columns, table in zip(levels.columns, levels.tables(), strict=True):
        for place, x in enumerate(columns):
            assert found[0, x].equal(table[place, codec.num_levels[x] - 1])
            assert found[1, x].equal(table[place, 0])


def test_neighbouring_levels_of_a_long_ordered_column_share_what_is_learnt(codec):
    levels = LevelBuckets(codec, 2, std=0.0)
    with torch.no_grad():
        for smooth in levels.smooth:
            smooth.normal_(generator=torch.Generator().manual_seed(0))
    tables = {
        x: table[place] for xs, table in zip(levels.columns, levels.tables(), strict=True) for place, x in enumerate(xs)
    }
    size = tables[1][1 : codec.num_levels[1]]
    steps = size.diff(dim=0).norm(dim=1)
    assert steps.max() < 0.3 * (size[0] - size[-1]).norm().clamp(min=1.0)
    assert steps.min() > 0
    assert tables[1][0].eq(0).all()  # missing has no rank
    assert tables[2].eq(0).all()  # names have no order


def test_head_sums_to_one_over_each_column_s_levels_and_starts_at_their_frequencies(codec):
    head, hidden = LevelHead(codec, 3), torch.zeros(1, 4, 3)
    with torch.no_grad():
        for x, count in enumerate(codec.num_levels):
            codes = torch.zeros(count, 4, dtype=torch.long)
            codes[:, x] = torch.arange(count)
            mass = head.log_prob_NX(hidden.expand(count, -1, -1), codes)[:, x].exp()
            assert float(mass.sum()) == pytest.approx(1.0, abs=1e-5)
            assert np.allclose(mass.numpy(), codec.codes[x].mass_L, atol=1e-4)
