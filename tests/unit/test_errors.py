import pytest

from vaegis import errors
from vaegis.errors import ConfigError, VaegisError


def test_message_says_what_is_allowed_and_where_to_change_it():
    error = ConfigError("train.beta is -1", allowed="at least 0", where="params.yaml: train.beta")
    assert str(error) == "train.beta is -1; allowed: at least 0; change: params.yaml: train.beta"


def test_message_is_one_line_whatever_it_is_made_of():
    assert str(VaegisError("two\nlines\tand  tabs", where=" here\n")) == "two lines and tabs; change: here"


def test_every_child_has_an_exit_code_of_its_own():
    family = VaegisError.__subclasses__()
    codes = [kind.exit_code for kind in family]
    assert len(set(codes)) == len(family) >= 6
    assert all(1 < code < 64 for code in codes)


@pytest.mark.parametrize("kind", VaegisError.__subclasses__())
def test_children_are_documented_and_caught_as_one(kind):
    assert kind.__doc__
    assert getattr(errors, kind.__name__) is kind
    with pytest.raises(VaegisError, match=r"^x$"):
        raise kind("x")
