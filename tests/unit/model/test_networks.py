import torch

from vaegis.model.networks import LevelEmbedding, perceptron


def test_perceptron_treats_rows_one_by_one():
    network = perceptron([4, 8, 3])
    rows = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    together = network(rows)
    apart = torch.cat([network(row.unsqueeze(0)) for row in rows])
    torch.testing.assert_close(together, apart)
    assert together.shape == (6, 3)


def test_one_width_is_no_layer():
    assert len(perceptron([4])) == 0


def test_embedding_is_a_one_hot_layer():
    embedding = LevelEmbedding((2, 3), 5)
    codes = torch.tensor([[0, 3], [2, 0], [1, 1]])
    one_hot = torch.zeros(3, 7)
    for row, (first, second) in enumerate(codes.tolist()):
        one_hot[row, first] = one_hot[row, 3 + second] = 1.0
    torch.testing.assert_close(embedding(codes), one_hot @ embedding.table.weight)
    assert embedding(codes[:0]).shape == (0, 5)
    assert list(embedding.state_dict()) == ["table.weight"]
