"""The tables of privacy."""

from typing import Final

import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.metric import TableSpec
from vaegis.evaluation.privacy.attributes import attribute_risk
from vaegis.evaluation.privacy.findings import held, material
from vaegis.evaluation.privacy.nearness import nearness_table
from vaegis.evaluation.privacy.rare import rare_levels


def nearness(case: Case) -> pd.DataFrame:
    """Return how far generated and fresh rows are from the nearest training row."""
    return nearness_table(case.once(material))


TABLES: Final[dict[str, TableSpec]] = {
    "privacy_distances": TableSpec(
        title="Distance to the nearest training row: shares of generated and fresh rows by bin, and the near-copy bar",
        make=nearness,
        tier="full",
    ),
    "privacy_secrets": TableSpec(
        title="Columns guessed from all others by the nearest generated row: right about training and fresh rows",
        make=lambda case: case.once(material).once(attribute_risk)[1],
        tier="full",
    ),
    "privacy_rare_levels": TableSpec(
        title="Columns with levels of fewer than ten training rows, and how many of them generated rows show",
        make=lambda case: case.once(material).once(rare_levels)[1],
        tier="full",
    ),
    "bundle_holdings": TableSpec(title="What the bundle itself holds of real rows", make=held),
}
