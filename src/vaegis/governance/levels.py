"""How much is asked beside the gates of the policy: alone, in a team, under a regulator."""

from typing import Final

from vaegis.governance.gates import Gate
from vaegis.governance.provenance import COMMITTED, LOCKED, PICKLES

SOLO: Final = "solo"
TEAM: Final = "team"
REGULATED: Final = "regulated"
EVIDENCE: Final = "provenance/evidence_complete"

_TEAM: Final = (
    Gate(
        name="no pickle",
        metric=PICKLES,
        operator="==",
        threshold=0,
        why="A pickle runs whatever code is in it when it is loaded.",
    ),
    Gate(
        name="requirements locked",
        metric=LOCKED,
        operator="==",
        threshold=1,
        why="The packages it was made with must be named with hashes, and be those that are installed.",
    ),
    Gate(
        name="dvc.lock committed",
        metric=COMMITTED,
        operator="==",
        threshold=1,
        why="A commit must hold the dvc.lock that names these bytes, or nobody else can find where they come from.",
    ),
)
_REGULATED: Final = (
    Gate(
        name="evidence whole",
        metric=EVIDENCE,
        operator="==",
        threshold=1,
        why="Whoever reviews the model must find every report that the decision rests on.",
    ),
)

LEVELS: Final[dict[str, tuple[Gate, ...]]] = {SOLO: (), TEAM: _TEAM, REGULATED: (*_TEAM, *_REGULATED)}
"""Level -> gates that it adds to those of the policy; none of them can be waived or left out."""
