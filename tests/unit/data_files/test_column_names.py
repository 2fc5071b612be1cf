import pytest

from vaegis.data.files.column_names import clean_names, renamed


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (["Sepal Length (cm)", "id"], ("Sepal_Length_cm", "id")),
        (["x", "x", "X"], ("x", "x_2", "X_3")),
        (["", " ", "a"], ("column_1", "column_2", "a")),
        (["1990", "humidity %", "temp °C"], ("column_1990", "humidity_pct", "temp_deg_C")),
        (["Größe", "naïve"], ("Grosse", "naive")),
        (["温度", "a.b-c"], ("column_1", "a_b_c")),
    ],
)
def test_names_are_plain_and_each_once(header, names):
    assert clean_names(header) == names


def test_changes_are_told():
    assert renamed(["a", "b c"], ["a", "b_c"]) == "'b c' is b_c"
    assert renamed(["a"], ["a"]) == ""
    header = [f"x {i}" for i in range(9)]
    assert renamed(header, clean_names(header)).endswith("and 5 more")
