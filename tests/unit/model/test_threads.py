import threading

import pytest
import torch
from torch import nn

from vaegis.model.threads import SMALL_NETWORK, few_threads

SMALL = nn.Linear(3, 4)


@pytest.fixture(autouse=True)
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_a_small_network_gets_one_and_leaves_the_rest():
    with few_threads(SMALL):
        assert torch.get_num_threads() == 1
        with few_threads(SMALL):
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


def test_a_large_network_keeps_them():
    with few_threads(nn.Linear(SMALL_NETWORK, 1)):
        assert torch.get_num_threads() == 3


def test_an_error_leaves_them_too():
    with pytest.raises(KeyError), few_threads(SMALL):
        raise KeyError
    assert torch.get_num_threads() == 3


def test_callers_in_several_threads_do_not_disturb_each_other():
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with few_threads(SMALL):
            entered.set()
            leave.wait(10)

    worker = threading.Thread(target=other)
    with few_threads(SMALL):
        worker.start()
        entered.wait(10)
    leave.set()
    worker.join()
    assert torch.get_num_threads() == 3
