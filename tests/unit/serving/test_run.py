import pytest

from vaegis.errors import ServiceError
from vaegis.serving.run import address_of, listen


def test_a_free_port_and_one_that_is_taken():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert address_of(first) == f"http://127.0.0.1:{port}"
        with pytest.raises(ServiceError, match=rf"cannot listen on 127\.0\.0\.1:{port} .*; change: --host, --port"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine():
    with pytest.raises(ServiceError, match=r"cannot listen on 192\.0\.2\.1:0"):
        listen("192.0.2.1", 0)
