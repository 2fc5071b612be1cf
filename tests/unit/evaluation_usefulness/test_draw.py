import pandas as pd

from vaegis.evaluation.usefulness import draw


def test_the_title_counts_what_is_certain(tmp_path, monkeypatch):
    from contextlib import contextmanager

    seen, picture = [], draw.picture

    @contextmanager
    def watched(path, title, note, **options):
        with picture(path, title, note, **options) as (figure, axes):
            seen.append((title, axes))
            yield figure, axes

    monkeypatch.setattr(draw, "picture", watched)
    lines = [("a", "classification", 0.02), ("b", "regression", -0.01), ("c", "classification", None)]
    table = pd.DataFrame(
        [
            {
                "target": target,
                "task": task,
                "learner": learner,
                "columns": columns,
                "score": 0.7,
                "low": None if low is None else 0.6,
                "high": None if low is None else 0.8,
                "gain_low": low if columns == "both" else 0.0,
            }
            for target, task, low in lines
            for learner in ("trees", "linear")
            for columns in ("raw", "latent", "both")
        ]
    )
    draw.usefulness(tmp_path / "a.png", table)
    [(title, [axes])] = seen
    assert title == "Latents beside raw columns help with 1 of 3 targets"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a\nAUROC", "b\nR²", "c\nAUROC"]
    assert len(axes.patches) == 9, "trees only"
