"""Stage `report`: the page that says whether to promote the candidate, and the cards that travel with it."""

from pathlib import Path

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.promote import PromoteConfig
from vaegis.config.report import ReportConfig
from vaegis.config.split import SplitConfig
from vaegis.evaluation.report.material import Material, Sources
from vaegis.evaluation.report.training_rows import TrainingRows
from vaegis.evaluation.report.write import make_report
from vaegis.governance import load_policy
from vaegis.registry.facts import gather
from vaegis.registry.opponent import Compared
from vaegis.registry.preview import about_candidate, preview
from vaegis.stage import run_stage


def main() -> None:
    """Write the report by what the policy will say, so that people can read it before they decide."""
    policy, facts = load_policy(Path(load_section("promote", PromoteConfig).policy)), gather("train")
    compared, rows = Compared.load(), TrainingRows.of_project(load_section("split", SplitConfig))
    about = about_candidate(facts, load_section("report", ReportConfig), policy)
    material, verdict = Material.read(Sources.of_project()), preview(policy, facts, compared)
    make_report(material, about, verdict, compared.found, rows).write(paths.REPORT, paths.CARDS)


if __name__ == "__main__":
    run_stage("report", main)
