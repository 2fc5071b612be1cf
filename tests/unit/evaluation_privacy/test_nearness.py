import pytest

from vaegis.evaluation.privacy.nearness import nearness_table


def test_all_rows_are_in_a_bin_and_copies_in_the_first(perfect, leaky):
    table = nearness_table(leaky)
    assert table[["generated", "fresh"]].sum().tolist() == pytest.approx([1.0, 1.0])
    assert table["generated"].iloc[0] == pytest.approx(0.05, abs=0.01)
    assert nearness_table(perfect)["generated"].iloc[0] < 0.02
    assert (table["low"].iloc[1:].to_numpy() == table["high"].iloc[:-1].to_numpy()).all()
