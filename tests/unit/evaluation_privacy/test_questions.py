import math

import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.questions import QUESTIONS

CONSTANT = rows(200, 0).assign(a=1.0, b=1.0, c=1.0, group="g", side="s")
EMPTY = rows(200, 0).assign(a=float("nan"), b=float("nan"), c=float("nan"), group=None, side=None)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("frame", [rows(60, 0), CONSTANT, EMPTY], ids=["few", "constant", "empty"])
def test_every_question_has_a_number_or_a_reason(name, frame):
    material = Material(made=frame, train=frame, holdout=frame, columns=COLUMNS)
    answer = answered(name, material)
    assert len(answer.reason) > 10 if answer.value is None else math.isfinite(answer.value)


def answered(name, material):
    try:
        return QUESTIONS[name].ask(material)
    except NotComputable as why:
        return Estimate.absent(str(why))


def test_fresh_rows_of_another_place_show_in_the_control(material_of):
    moved = rows(1_500, 5).assign(c=lambda frame: frame["c"] + 5.0)
    control = QUESTIONS["membership_control_auc"].ask(material_of(rows(1_500, 2), others=moved))
    assert control.high < 0.45
    with pytest.raises(NotComputable, match="one set of fresh rows"):
        QUESTIONS["membership_control_auc"].ask(material_of(rows(1_500, 2)))


def test_holdout_that_is_drawn_alike_has_no_shift(perfect):
    shift = QUESTIONS["holdout_shift"].ask(perfect)
    assert abs(shift.value - 0.5) < 0.06
