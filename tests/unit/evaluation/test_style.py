import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from vaegis.evaluation.style import INK, picture, plain, with_unit


def draw(path, **options):
    with picture(path, "A message", "a note", **options) as (_, axes):
        for panel in axes:
            panel.plot([0, 1], [0, 1])


def test_the_same_content_has_the_same_bytes(tmp_path):
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert b"Matplotlib" not in (tmp_path / "a.png").read_bytes(), "a version in the file would change its digest"


def test_nothing_is_written_if_drawing_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), picture(tmp_path / "a.png", "A message", "a note"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_the_look_does_not_leak(tmp_path):
    import matplotlib as mpl

    before = mpl.rcParams["text.color"]
    assert before != INK
    with picture(tmp_path / "a.png", "A message", "a note"):
        assert mpl.rcParams["text.color"] == INK
    assert mpl.rcParams["text.color"] == before


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_axes_stand_side_by_side_below_the_title(tmp_path, columns):
    with picture(tmp_path / "a.png", "A message", "a note", columns=columns) as (figure, axes):
        assert len(axes) == columns
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        title, note = figure.texts
        bottom = note.get_window_extent(renderer).y0
        assert bottom < title.get_window_extent(renderer).y0
        assert all(panel.get_tightbbox(renderer).y1 <= bottom for panel in axes)


def test_short_titles_have_full_size_and_long_ones_shrink(tmp_path):
    sizes = []
    for letters in (20, 63, 126):
        with picture(tmp_path / "a.png", "x" * letters, "a note") as (figure, _):
            sizes.append(figure.texts[0].get_fontsize())
    assert sizes == pytest.approx([17.0, 17.0, 8.5])


def test_axis_labels_and_words():
    assert with_unit("load_kw", "kW") == "load_kw (kW)"
    assert with_unit("share", "") == "share"
    assert plain("heat_curve") == "heat curve"
