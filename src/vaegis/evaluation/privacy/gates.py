"""What an audit must show: the gates of `vaegis privacy`. policy.yaml holds the same (a test sees to it).

The bars are on upper bounds, so that few rows do not pass for few leaks.
"""

from typing import Final

from vaegis.evaluation.privacy.limits import COPY_EXCESS
from vaegis.governance.gates import Gate

PREFIX: Final = "evaluate/privacy"

GATES: Final = (
    Gate(
        name="no more copies than chance",
        metric=f"{PREFIX}/copy_excess_bound",
        operator="<=",
        threshold=COPY_EXCESS,
        why="Generated rows may equal training rows as often as fresh rows do; a leak of one row in twenty adds 5 %.",
    ),
    Gate(
        name="no more near copies than chance",
        metric=f"{PREFIX}/near_copy_excess_bound",
        operator="<=",
        threshold=COPY_EXCESS,
        why="The same for rows that are no copies, but as near to a training row as one fresh row in a hundred is.",
    ),
    Gate(
        name="a leak would be seen",
        metric=f"{PREFIX}/leak_power",
        operator=">=",
        threshold=0.95,
        why="With one row in twenty replaced by a training row these gates must fail, or their passing says nothing.",
    ),
    Gate(
        name="members are not told from others",
        metric=f"{PREFIX}/membership_auc_bound",
        operator="<=",
        threshold=0.8,
        why="Distance to generated rows; 0.5 is chance, copies have 0.95. Other blocks of time alone make up to 0.7.",
    ),
    Gate(
        name="no member is found for certain",
        metric=f"{PREFIX}/membership_tpr_bound",
        operator="<=",
        threshold=0.1,
        why="Members found at one false positive in a hundred; chance is 0.01, one leaked row in twenty makes 0.13.",
    ),
)
