import numpy as np
import pytest

from tests.fixtures.known_generators import expected_coverage
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic.manifold import manifold


def test_equal_laws_have_the_expected_density_and_coverage():
    """Naeem et al. 2020, lemmas 1 and 2: density 1, coverage 1 - (N-1)...(N-k) / ((N+M-1)...(N+M-k))."""
    random = np.random.default_rng(0)
    found = [manifold(random.normal(size=(600, 4)), random.normal(size=(600, 4))) for _ in range(4)]
    assert np.mean([item["density"].value for item in found]) == pytest.approx(1.0, abs=0.03)
    expected = expected_coverage(600, 600)
    assert expected == pytest.approx(1 - 2**-5, abs=0.003)
    assert np.mean([item["coverage"].value for item in found]) == pytest.approx(expected, abs=0.01)


def test_a_plain_count_agrees():
    random = np.random.default_rng(1)
    real, made, k = random.normal(size=(40, 2)), random.normal(0.5, 1.5, size=(30, 2)), 3

    def apart(x, y):
        return np.linalg.norm(x[:, None] - y[None], axis=2)

    radius = np.sort(apart(real, real), axis=1)[:, k]
    inside = apart(real, made) <= radius[:, None]
    other = np.sort(apart(made, made), axis=1)[:, k]
    found = {name: item.value for name, item in manifold(real, made, k).items()}
    assert found == pytest.approx(
        {
            "precision": inside.any(axis=0).mean(),
            "recall": (apart(real, made) <= other).any(axis=1).mean(),
            "density": inside.sum() / (k * 30),
            "coverage": inside.any(axis=1).mean(),
        }
    )


def test_a_collapsed_generator_is_precise_and_covers_little_and_a_wide_one_the_other_way():
    random = np.random.default_rng(0)
    real = random.normal(size=(500, 3))
    collapsed, wide = manifold(real, 0.2 * random.normal(size=(500, 3))), manifold(real, random.normal(0, 4, (500, 3)))
    assert collapsed["precision"].value > 0.99
    assert collapsed["recall"].value < 0.2 > collapsed["coverage"].value
    assert wide["precision"].value < 0.4
    assert wide["recall"].value > 0.9


def test_rows_that_all_share_their_value_are_covered():
    same = np.zeros((20, 2))
    assert manifold(same, same)["coverage"].value == 1.0


def test_too_few_rows_have_a_reason():
    with pytest.raises(NotComputable, match="5 rows have no 5 neighbours"):
        manifold(np.zeros((5, 2)), np.zeros((50, 2)))
