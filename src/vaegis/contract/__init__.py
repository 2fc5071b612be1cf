"""The one description of a table, from which schema, expectations, transforms, likelihoods and signature derive."""

from vaegis.contract.columns import DTYPES, KINDS, ROLES, TRANSFORMS, ColumnSpec
from vaegis.contract.conform import conform, holds_text
from vaegis.contract.rules import VIEW, Rule, load_rules
from vaegis.contract.table import TableSchema

__all__ = [
    "DTYPES",
    "KINDS",
    "ROLES",
    "TRANSFORMS",
    "VIEW",
    "ColumnSpec",
    "Rule",
    "TableSchema",
    "conform",
    "holds_text",
    "load_rules",
]
