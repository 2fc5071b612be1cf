import pytest
import torch

from vaegis.scoring.member_fit import fit_members
from vaegis.scoring.members import Members
from vaegis.scoring.views import Views


def fit(batch, seed=0, keep=None):
    views = Views.fit(batch, (3,))
    generator = torch.Generator().manual_seed(seed)
    members = Members(2, 4, (3,), torch.from_numpy(views.share_L), generator)
    x_NW, observed_NW = views.tailed_NW(batch), views.observed_NW(batch)
    if keep is not None:
        x_NW = x_NW * keep
    fit_members(members, x_NW, observed_NW, torch.arange(batch.num_rows) % 2, generator)
    return members, members(x_NW.expand(2, -1, -1), observed_NW.expand(2, -1, -1))


@pytest.fixture(scope="module")
def fitted(make_batch):
    return fit(make_batch(300))


def test_members_learn_what_columns_have_in_common(fitted):
    _, reading = fitted
    assert reading.residual_ENW[..., :4].square().mean() < 0.1
    assert (reading.nll_ENW[..., 4:].sum(-1).mean(1) < 0.6).all()  # ln 3 = 1.1 without learning


def test_the_same_seed_gives_the_same_bits(fitted, make_batch):
    assert fit(make_batch(300))[1].nll_ENW.equal(fitted[1].nll_ENW)
    assert not fit(make_batch(300), seed=1)[1].nll_ENW.equal(fitted[1].nll_ENW)


def test_a_member_never_sees_its_own_fold(fitted, make_batch):
    """Other values in fold 1 change the member that leaves out fold 0, not the one that leaves out fold 1."""
    keep = 1.0 - (torch.arange(300) % 2).float().unsqueeze(1)
    other, _ = fit(make_batch(300), keep=keep)
    for mine, theirs in zip(fitted[0].encoder, other.encoder, strict=True):
        assert mine[1].equal(theirs[1])
        assert not mine[0].equal(theirs[0])
