"""Write the report and its cards."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaegis.durable import replacing, write_bytes
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.report.cards import About, data_card, markdown, model_card
from vaegis.evaluation.report.material import Material
from vaegis.evaluation.report.page import render
from vaegis.evaluation.report.training_rows import TrainingRows
from vaegis.governance.verdict import Verdict

MODEL_CARD: Final = "MODEL_CARD.md"
DATA_CARD: Final = "DATA_CARD.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Texts of the page and of the cards, by file name."""

    page: str
    cards: dict[str, str]

    def write(self, page: Path, cards: Path) -> None:
        """Write the page, and the cards into a folder."""
        write_bytes(page, self.page.encode())
        with replacing(cards) as folder:
            folder.mkdir()
            for name, text in self.cards.items():
                (folder / name).write_text(text, encoding="utf-8")


def make_report(
    material: Material,
    about: About,
    verdict: Verdict | None,
    comparison: Comparison | None = None,
    rows: TrainingRows | None = None,
) -> Report:
    """Make page and cards of the same evidence."""
    cards = model_card(material, about, verdict, comparison), data_card(material, about, rows)
    page = render(material, about, verdict, comparison, cards)
    return Report(page=page, cards={MODEL_CARD: markdown(cards[0]), DATA_CARD: markdown(cards[1])})
