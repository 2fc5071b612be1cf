from vaegis.evaluation.privacy.draw import closest_rows
from vaegis.evaluation.privacy.nearness import nearness_table


def test_the_title_says_what_the_bars_show(tmp_path, monkeypatch, perfect, leaky):
    from contextlib import contextmanager

    from vaegis.evaluation.privacy import draw
    from vaegis.evaluation.style import picture

    titles = []

    @contextmanager
    def watched(path, title, note, **options):
        titles.append((title, note))
        with picture(path, title, note, **options) as opened:
            yield opened

    monkeypatch.setattr(draw, "picture", watched)
    for name, material in (("perfect", perfect), ("leaky", leaky)):
        closest_rows(tmp_path / f"{name}.png", nearness_table(material))
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
    assert [title for title, _ in titles] == [
        "Generated rows come no nearer to training rows than fresh ones do",
        "Some generated rows are as good as training rows",
    ]
