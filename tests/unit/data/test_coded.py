import torch

from vaegis.data.coded import CodedBatch, without_latents


def test_rows_are_sliced_taken_and_moved_together():
    codes, mean = torch.arange(12, dtype=torch.int16).view(6, 2), torch.arange(6.0).view(6, 1)
    batch = CodedBatch(codes, mean, mean + 10)
    for part, index in (
        (batch.rows(2, 4), [2, 3]),
        (batch.take(torch.tensor([5, 0])), [5, 0]),
        (batch.to(torch.device("cpu")), list(range(6))),
    ):
        assert part.num_rows == len(index)
        assert part.codes_NX.equal(codes[index])
        assert part.mean_NK.equal(mean[index])
        assert part.std_NK.equal(mean[index] + 10)


def test_rows_without_latents():
    batch = without_latents(torch.zeros(3, 2, dtype=torch.int16))
    assert batch.mean_NK.shape == batch.std_NK.shape == (3, 0)
