"""Where tables and figures stand."""

import pytest

from vaegis.evaluation.report.places import PLACES, place_of

TOPICS = ["detection", "latent", "synthetic", "weather"]


@pytest.mark.parametrize(
    ("name", "topic"),
    [("size_curve", "latent"), ("latent_map", "latent"), ("pair_trends", "synthetic"), ("strange", "weather")],
)
def test_names_find_their_topic(name, topic):
    assert place_of(name, TOPICS) == topic


def test_a_topic_that_is_not_there_takes_nothing():
    assert PLACES["bundle_holdings"] == "privacy"
    assert place_of("bundle_holdings", TOPICS) == "weather"
    assert place_of("anything", []) == ""
