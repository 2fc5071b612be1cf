import pytest

from vaegis.config.score import ScoreConfig
from vaegis.errors import ConfigError


@pytest.mark.parametrize(
    ("field", "value"), [("mode", "knn"), ("members", 1), ("members", 11), ("reference_rows", 9), ("seed", -1)]
)
def test_values_outside_their_range_are_refused(field, value):
    with pytest.raises(ConfigError, match=f"score.{field} is"):
        ScoreConfig(**{field: value})
