"""The statements; what they do: test_protection.py."""

import pytest

from vaegis.registry.names import PROTECTED
from vaegis.registry.triggers import RULES, create, drop, listing, trigger


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_rule_is_made_and_taken_away(dialect: str) -> None:
    made, gone = "\n".join(create(dialect)), "\n".join(drop(dialect))
    for rule in RULES:
        assert f"CREATE TRIGGER {'IF NOT EXISTS ' if dialect == 'sqlite' else ''}{trigger(rule)} " in made
        assert f"DROP TRIGGER IF EXISTS {trigger(rule)}" in gone
    assert "vaegis" in listing(dialect)


def test_every_protected_alias_is_named_in_the_rules() -> None:
    for alias in PROTECTED:
        assert all(f"'{alias}'" in RULES[rule][2] for rule in RULES)
