import pytest

from vaegis.contract import ColumnSpec
from vaegis.errors import ConfigError
from vaegis.fitted.choose import choose_family
from vaegis.likelihoods import CONDITION, FAMILY_OF_KIND, LIKELIHOODS, ColumnFacts

POINTS, LEVELS = ColumnFacts(points=(0.5,)), ColumnFacts(num_levels=2)
MANY, ANGLE = ColumnFacts(num_levels=5), ColumnFacts(wraps=True, cycles=((1.0, 0.0),))


def column(kind: str = "numeric", role: str = "feature", **more) -> ColumnSpec:
    dtype = "string" if kind == "category" else "float64"
    return ColumnSpec(name="x", dtype=dtype, kind=kind, role=role, **more)


@pytest.mark.parametrize("kind", [kind for kind in FAMILY_OF_KIND if kind != "time"])
def test_a_column_that_asks_for_nothing_has_its_kind_s_own_family(kind):
    facts = ANGLE if kind == "angle" else LEVELS if column(kind).is_discrete else ColumnFacts()
    assert choose_family(column(kind), facts, is_count=kind == "count") == FAMILY_OF_KIND[kind]


def test_the_configuration_comes_before_the_contract_and_that_before_the_data():
    asking = column(likelihood="student_t")
    assert choose_family(asking, POINTS, is_count=True, asked="poisson") == "poisson"
    assert choose_family(asking, POINTS, is_count=True) == "student_t"
    assert choose_family(column(), POINTS, is_count=True) == "spike"


def test_conditions_have_no_family():
    assert choose_family(column(role="condition"), ColumnFacts(), is_count=False) == CONDITION
    assert choose_family(column(role="condition", likelihood="student_t"), ColumnFacts(), is_count=False) == CONDITION
    with pytest.raises(ConfigError, match=r"column 'x' is a condition, which nothing describes, .* 'poisson'"):
        choose_family(column(role="condition"), ColumnFacts(), is_count=True, asked="poisson")


@pytest.mark.parametrize(
    ("kind", "facts", "is_count", "fitting"),
    [
        ("numeric", ColumnFacts(), False, {"gaussian", "gaussian_fixed", "student_t"}),
        ("numeric", POINTS, False, {"gaussian", "gaussian_fixed", "student_t", "spike"}),
        ("count", ColumnFacts(), True, {"gaussian", "gaussian_fixed", "student_t", "poisson", "negative_binomial"}),
        ("angle", ANGLE, True, {"gaussian", "gaussian_fixed", "student_t", "circular"}),
        ("binary", LEVELS, False, {"categorical", "bernoulli"}),
        ("category", MANY, False, {"categorical"}),
        ("ordinal", MANY, False, {"categorical", "ordinal"}),
    ],
)
def test_a_family_that_cannot_describe_a_column_is_refused_with_those_that_can(kind, facts, is_count, fitting):
    for name in LIKELIHOODS:
        if name in fitting:
            assert choose_family(column(kind, likelihood=name), facts, is_count=is_count) == name
            continue
        with pytest.raises(ConfigError, match=f"'{name}', which cannot describe a column of kind {kind}") as refused:
            choose_family(column(kind, likelihood=name), facts, is_count=is_count)
        assert set(str(refused.value).split("allowed: ")[1].split(";")[0].split(", ")) == fitting
        assert "its tag likelihood" in str(refused.value)


def test_counts_are_counted_on_their_own_scale():
    with pytest.raises(ConfigError, match="is 'poisson', which cannot describe"):
        choose_family(column(transform="quantile"), ColumnFacts(), is_count=True, asked="poisson")


def test_an_unknown_family_is_named():
    with pytest.raises(ConfigError, match=r"'normal', which is unknown; allowed: gaussian, .*train\.likelihoods"):
        choose_family(column(), ColumnFacts(), is_count=False, asked="normal")
