"""Drawn figures on the page."""

import base64
import io

from PIL import Image

from vaegis.evaluation.report.pictures import COLOURS, encoded, place_pictures


def test_figures_stand_under_their_topic_and_drawn_ones_are_left_out(material, make_picture):
    placed = place_pictures(material.figures, ["detection", "latent", "privacy"], ("detection", "privacy_dist"))
    assert {topic: [item[0] for item in items] for topic, items in placed.items()} == {
        "latent": ["latent_map"],
        "privacy": ["privacy_distances"],
    }


def test_a_figure_of_no_topic_comes_last(make_picture):
    assert list(place_pictures({"something": make_picture()}, ["detection", "latent"], ())) == ["latent"]
    assert place_pictures({"something": make_picture()}, [], ()) == {}


def test_few_colours_the_same_picture_the_same_bytes(make_picture):
    content = make_picture(300, 100)
    data, wide = encoded(content)
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert image.size == (300, 100)
    assert len(image.getcolors()) <= COLOURS
    assert wide
    assert encoded(content) == (data, True)
