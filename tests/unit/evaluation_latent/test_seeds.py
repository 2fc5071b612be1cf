import pytest

from vaegis.errors import ArtifactError
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import seeds
from vaegis.evaluation.latent.seeds import METRICS


def test_without_other_seeds_nothing_is_compared(case):
    with pytest.raises(NotComputable, match="no model of another seed is given"):
        seeds.agreement(case)


def test_the_least_similar_seed_is_the_figure(configured, project, world):
    world.fit_quickly(seed=1).save(project / "models/seed1")
    both = configured(other_seeds=[str(project / "models/candidate"), str(project / "models/seed1")])
    table = both.once(seeds.agreement)
    assert table.loc[0, "cka"] == pytest.approx(1.0), "the model itself"
    assert table.loc[1, "cka"] < 0.999
    assert METRICS["latent/seed_cka"].compute(both).value == pytest.approx(table["cka"].min())
    assert METRICS["latent/seed_score_spearman"].compute(both).value > 0.7
    assert table["content_digest"].nunique() == 2


def test_another_kind_of_model_is_no_other_seed(configured, project):
    with pytest.raises(NotComputable, match=r"none of evaluate\.other_seeds is a vae of the same columns"):
        seeds.agreement(configured(other_seeds=[str(project / "models/baseline")]))


def test_a_missing_bundle_is_one_line(configured):
    with pytest.raises(ArtifactError, match=r"nowhere/bundle\.json does not exist"):
        seeds.agreement(configured(other_seeds=["nowhere"]))
