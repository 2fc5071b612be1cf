"""Pure decisions on plain files: the policy, its gates, the verdict; who approved; the audit log."""

from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import OPERATORS, Gate, GateResult, Reference
from vaegis.governance.policy import Policy, load_policy
from vaegis.governance.verdict import Verdict, decide, flatten

__all__ = [
    "OPERATORS",
    "Dossier",
    "Gate",
    "GateResult",
    "Policy",
    "Reference",
    "Verdict",
    "decide",
    "flatten",
    "load_policy",
]
