import logging

import pytest
import torch

from vaegis.training.checkpoint import resumable


def test_nothing_there_means_a_fresh_start(tmp_path):
    assert resumable(tmp_path / "last.ckpt") is None


def test_a_readable_state_is_offered(tmp_path):
    torch.save({"state_dict": {"w": torch.ones(3)}}, tmp_path / "last.ckpt")
    assert resumable(tmp_path / "last.ckpt") == tmp_path / "last.ckpt"


@pytest.mark.parametrize("damage", ["truncated", "empty", "garbage"])
def test_a_damaged_state_is_removed_with_a_warning(tmp_path, caplog, damage):
    path = tmp_path / "last.ckpt"
    torch.save({"state_dict": {"w": torch.ones(1_000)}}, path)
    content = path.read_bytes()
    path.write_bytes({"truncated": content[: len(content) // 2], "empty": b"", "garbage": b"\x00garbage"}[damage])
    with caplog.at_level(logging.WARNING):
        assert resumable(path) is None
    assert "is damaged: training starts over" in caplog.text
    assert not path.exists()


def test_a_pickle_that_runs_code_is_not_run(tmp_path, caplog):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"x": Evil()}, tmp_path / "last.ckpt")
    assert resumable(tmp_path / "last.ckpt") is None
    assert not (tmp_path / "ran").exists()
    assert "damaged" in caplog.text
