import torch

from vaegis.data.batches import TableBatch, chunks, concatenate, spaced


def batch(num_rows: int) -> TableBatch:
    rows = torch.arange(num_rows)
    return TableBatch(rows.float().unsqueeze(1), rows.unsqueeze(1), torch.ones(num_rows, 2))


def test_rows_share_memory_and_take_copies():
    whole = batch(5)
    whole.rows(1, 3).values_ND.zero_()
    assert whole.values_ND[1:3].eq(0).all()
    whole.take(torch.tensor([4, 0])).codes_NC.zero_()
    assert whole.codes_NC.squeeze(1).tolist() == [0, 1, 2, 3, 4]
    assert whole.take(torch.tensor([4, 0])).codes_NC.squeeze(1).tolist() == [4, 0]


def test_chunks_cover_every_row_once_and_empty_gives_one():
    parts = list(chunks(batch(7), 3))
    assert [part.num_rows for part in parts] == [3, 3, 1]
    assert concatenate(parts).codes_NC.equal(batch(7).codes_NC)
    assert [part.num_rows for part in chunks(batch(0), 3)] == [0]


def test_to_moves_every_part():
    moved = batch(2).to(torch.device("meta"))
    assert {moved.values_ND.device.type, moved.codes_NC.device.type, moved.observed_NX.device.type} == {"meta"}


def test_spaced_rows_run_from_the_first_to_the_last():
    assert spaced(batch(101), 3).codes_NC.squeeze(1).tolist() == [0, 50, 100]
    few = batch(3)
    assert spaced(few, 3) is few
