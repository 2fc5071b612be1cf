import pandas as pd
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.synthetic import draw
from vaegis.evaluation.synthetic.trends import pair_trends

UTILITY = pd.DataFrame({"column": ["a", "side"], "real": [0.8, 0.9], "generated": [0.4, -0.2]})
AUGMENTATION = pd.DataFrame(
    {
        "labels": [0.01, 1.0],
        "label": "late",
        "nothing": [0.1, 0.5],
        "oversampling": [0.2, 0.5],
        "generated": [0.3, 0.4],
    }
)


@pytest.fixture
def titles(monkeypatch):
    from contextlib import contextmanager

    from vaegis.evaluation.style import picture

    seen = []

    @contextmanager
    def watched(path, title, note, **options):
        seen.append((title, note))
        with picture(path, title, note, **options) as opened:
            yield opened

    monkeypatch.setattr(draw, "picture", watched)
    return seen


def test_marginals_of_every_column_even_an_empty_one(tmp_path, titles):
    real, made = rows(200, 0).assign(c=float("nan")), rows(200, 1)
    draw.marginals(tmp_path / "marginals.png", real, made, COLUMNS, 0.953)
    draw.marginals(tmp_path / "many.png", real, made, COLUMNS * 5, 0.9)
    assert titles[0][0] == "Single columns: 95.3% of the real shape"
    assert "the first 20 of 25 columns" in titles[1][1]
    assert (tmp_path / "marginals.png").stat().st_size > 10_000


def test_the_weakest_pair_is_named(tmp_path, titles):
    real, made = rows(500, 0), rows(500, 1)
    made["b"] = made["b"].sample(frac=1.0, random_state=0).to_numpy()
    draw.pair_differences(tmp_path / "pairs.png", pair_trends(real, made, COLUMNS), 0.9)
    assert "weakest: b and side" in titles[0][1]


@pytest.mark.parametrize(("utility", "augmentation"), [(UTILITY, AUGMENTATION), (UTILITY, None), (None, AUGMENTATION)])
def test_use_is_drawn_as_far_as_it_is_known(tmp_path, titles, utility, augmentation):
    draw.use(tmp_path / "use.png", utility, augmentation)
    assert titles[0][0] == (
        "What generated rows teach" if utility is None else "Generated rows teach 11.8% of what real rows do"
    )
    assert (tmp_path / "use.png").is_file()
