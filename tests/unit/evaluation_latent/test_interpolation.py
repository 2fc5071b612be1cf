"""Straight lines, and what they meet on their way."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent.decode import decode
from vaegis.evaluation.latent.interpolation import FAR, STEPS, interpolate, near_share, nearer_end, walk


def test_a_walk_is_equal_steps_from_one_end_to_the_other():
    steps = walk(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0, -1.0], [1.0, 1.0]])).reshape(2, STEPS, 2)
    assert steps[0, :, 0] == pytest.approx(np.linspace(0, 1, STEPS))
    assert steps[0, :, 1] == pytest.approx(-np.linspace(0, 1, STEPS))
    assert (steps[1] == 1.0).all()


def test_each_step_belongs_to_its_nearer_end():
    assert nearer_end(2).tolist() == [0] * 6 + [2] * 5 + [1] * 6 + [3] * 5


def test_only_the_steps_between_count():
    distance = np.full((1, STEPS), 0.5)
    distance[0, [0, -1]] = 9.0
    distance[0, 1:4] = 1.5
    assert near_share(distance).tolist() == [6 / 9]


@pytest.fixture(scope="module")
def paths(models, rows):
    return interpolate(models[0], rows.train, rows.test, seed=0)


def test_ways_begin_and_end_at_the_reconstructions(paths, models):
    first = paths.ends.head(1)
    assert paths.decoded["load_kw"].iloc[0] == pytest.approx(models[0].expect(first)["load_kw"].iloc[0])
    assert len(paths.decoded) == paths.latent_PT.size
    assert len(paths.between) == len(paths.decoded) * (STEPS - 2) / STEPS


def test_as_many_ends_are_near_as_the_quantile_says(paths):
    for distance in (paths.latent_PT, paths.straight_PT):
        assert (distance[:, [0, -1]] <= 1.0).mean() == pytest.approx(FAR, abs=0.01)


def test_the_same_seed_walks_the_same_ways(paths, models, rows):
    again = interpolate(models[0], rows.train, rows.test, seed=0)
    assert np.array_equal(paths.latent_PT, again.latent_PT)
    assert not np.array_equal(paths.latent_PT, interpolate(models[0], rows.train, rows.test, seed=1).latent_PT)


def test_ways_between_two_far_groups_lead_through_empty_space(models, rows):
    """One column varies; where its middle is cut out, the half of the ways that cross it is far from all rows."""

    def along(frame, load):
        still = frame.assign(weather_c=10.0, tilt_sin=0.0, tilt_cos=1.0, mode="slow", load_kw=load)
        return still.assign(heat_c=25 + 0.4 * load, cool_c=20 + 0.2 * load)

    rng = np.random.default_rng(0)
    everywhere = [along(frame, rng.uniform(20, 120, len(frame))) for frame in (rows.train, rows.test)]
    apart = [along(frame, rng.choice([20, 110], len(frame)) + rng.uniform(0, 10, len(frame))) for frame in everywhere]
    assert near_share(interpolate(models[0], *everywhere, seed=0).straight_PT).mean() > 0.8
    assert near_share(interpolate(models[0], *apart, seed=0).straight_PT).mean() < 0.7


def test_a_broken_decoder_has_no_ways(models, rows):
    network = deepcopy(models[0].network)
    with torch.no_grad():
        network.decoder[-1].weight.fill_(float("nan"))
    broken = replace(models[0], network=network)
    assert decode(broken, np.zeros((1, 4)))["load_kw"].isna().all()
    with pytest.raises(NotComputable, match="no number"):
        interpolate(broken, rows.train, rows.test, seed=0)
