import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from vaegis.scoring.neighbours import GROUP, Space, scale_N1, smallest


@pytest.fixture
def rows():
    return torch.randn(300, 6, generator=torch.Generator().manual_seed(0))


def whole(rows_NW):
    return torch.ones_like(rows_NW)


def test_same_as_brute_force(rows):
    asked = torch.randn(40, 6, generator=torch.Generator().manual_seed(1))
    found = Space.of(rows, whole(rows)).nearest(asked, whole(asked), 7)
    distance, index = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(rows).kneighbors(asked)
    np.testing.assert_allclose(found.distance_Nk, distance, rtol=1e-5)
    assert (found.index_Nk.numpy() == index).all()


def test_near_duplicates_far_from_the_centre_are_told_apart():
    """|x|^2 + |y|^2 - 2xy cancels to nothing here; exact distances settle it."""
    rows = torch.tensor([[4000.0], [4000.5], [4001.0]])
    found = Space.of(rows, whole(rows)).nearest(torch.tensor([[4000.4]]), torch.ones(1, 1), 1)
    assert found.index_Nk.tolist() == [[1]]
    torch.testing.assert_close(found.distance_Nk, torch.tensor([[0.1]]), rtol=0, atol=1e-3)


def test_a_row_is_not_its_own_neighbour(rows):
    space, own_N = Space.of(rows, whole(rows)), torch.arange(len(rows))
    assert space.nearest(rows, whole(rows), 1).distance_Nk.max() == 0
    found = space.nearest(rows, whole(rows), 3, own_N)
    assert (found.index_Nk != own_N.unsqueeze(1)).all()
    assert (found.distance_Nk > 0).all()
    own_N[5] = -1
    assert space.nearest(rows, whole(rows), 1, own_N).index_Nk[5].item() == 5


@pytest.mark.parametrize("num_rows", [1, 2, 3])
def test_fewer_rows_than_neighbours(rows, num_rows):
    space = Space.of(rows[:num_rows], whole(rows[:num_rows]))
    assert space.nearest(rows, whole(rows), 5).index_Nk.shape == (300, num_rows)


def test_missing_cells_of_the_asking_row_are_left_out_and_the_rest_scaled_up(rows):
    observed = torch.ones(1, 6)
    observed[0, 2:] = 0.0
    found = Space.of(rows, whole(rows)).nearest(torch.zeros(1, 6), observed, 1)
    squares = rows[:, :2].square().sum(1)
    assert found.index_Nk.item() == squares.argmin().item()
    torch.testing.assert_close(found.distance_Nk[0, 0].square(), 3 * squares.min())


def test_missing_cells_of_a_stored_row_count_what_is_expected():
    rows, observed = (
        torch.tensor([[1.0, 2.0], [1.0, 0.0], [1.0, -4.0]]),
        torch.tensor([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
    )
    space = Space.of(rows, observed)
    parts = space.squares(torch.tensor([[1.0, 1.0]]), torch.ones(1, 2), torch.tensor([[1]]))
    assert parts.tolist() == [[[0.0, 1.0 + 10.0]]]
    assert space.nearest(torch.tensor([[1.0, 1.0]]), torch.ones(1, 2), 3).index_Nk.tolist() == [[0, 1, 2]]


def test_nothing_observed_is_at_no_distance(rows):
    found = Space.of(rows, whole(rows)).nearest(torch.zeros(1, 6), torch.zeros(1, 6), 2)
    assert found.distance_Nk.eq(0).all()
    assert scale_N1(torch.tensor([[1.0, 0.0], [0.0, 0.0]])).tolist() == [[2.0], [0.0]]


@pytest.mark.parametrize("num_rows", [3, GROUP, 4 * GROUP, 40 * GROUP, 40 * GROUP + 17])
@pytest.mark.parametrize("count", [1, 3])
def test_the_smallest_are_found_group_by_group(num_rows, count):
    numbers = torch.randint(0, 500, (50, num_rows), generator=torch.Generator().manual_seed(2)).float()
    numbers[:20, -1] = -1.0  # behind the last whole group
    numbers[0] = torch.inf
    place = smallest(numbers, count)
    assert all(len(row.unique()) == count for row in place)
    assert numbers.gather(1, place).sort(1).values.equal(numbers.sort(1).values[:, :count])
