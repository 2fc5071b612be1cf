from tests.fixtures.known_generators import rows
from vaegis.evaluation.privacy.canaries import leak_power
from vaegis.evaluation.privacy.limits import COPY_EXCESS


def test_with_enough_rows_a_leak_of_one_row_in_twenty_is_always_seen(perfect):
    assert leak_power(perfect, COPY_EXCESS).value == 1.0
    assert leak_power(perfect, COPY_EXCESS, nearly=True).value == 1.0


def test_a_limit_beyond_the_leak_is_never_broken(perfect):
    assert leak_power(perfect, 0.2).value == 0.0
    assert leak_power(perfect, 0.2, nearly=True).value == 0.0


def test_few_rows_have_less_power_the_same_for_the_same_seed(material_of):
    first, again = (leak_power(material_of(rows(200, 2)), 0.06, nearly=True) for _ in range(2))
    assert first == again
    assert first.value <= 1.0


def test_in_a_table_of_few_distinct_rows_a_leak_drowns(material_of):
    """Nine in ten rows are copies by chance; five more in a hundred cannot be told from that."""
    from dataclasses import replace

    def coarse(frame):
        return frame.assign(a=frame["a"].round(), b=frame["b"].round(), c=0.0)

    material = material_of(rows(1_500, 2))
    tables = {name: coarse(getattr(material, name)) for name in ("made", "train", "holdout")}
    assert leak_power(replace(material, found={}, **tables), COPY_EXCESS).value < 0.5


def test_a_leak_with_noise_is_seen_among_many_copies_by_chance(material_of):
    """One group is of few distinct rows, which are copies by chance; the others are judged by themselves."""
    from dataclasses import replace

    def coarse(frame):
        near = frame["group"] == "near"
        whole = {name: frame[name].where(~near, frame[name].round()) for name in ("a", "b")}
        return frame.assign(**whole, c=frame["c"].where(~near, 0.0))

    material = material_of(rows(1_500, 2))
    tables = {name: coarse(getattr(material, name)) for name in ("made", "train", "holdout")}
    coarsened = replace(material, found={}, **tables)
    assert (coarsened.fresh_to_train_N < 1e-6).mean() > 0.5
    assert leak_power(coarsened, COPY_EXCESS, nearly=True).value == 1.0
