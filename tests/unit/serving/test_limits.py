import pytest

from vaegis.errors import ConfigError
from vaegis.serving.limits import Limits


@pytest.mark.parametrize("name", ["max_rows", "max_bytes", "max_text", "max_reasons", "max_seconds"])
def test_what_no_request_could_meet_is_refused(name):
    assert getattr(Limits(), name) > 0
    with pytest.raises(ConfigError, match=rf"{name} is 0; allowed: at least .*; change: --max-"):
        Limits(**{name: 0})
