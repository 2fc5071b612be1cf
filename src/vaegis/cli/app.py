"""The list of commands, and how any of them ends."""

from typing import Final

import typer

from vaegis.cli.approve import approve, reject, waive
from vaegis.cli.audit import audit
from vaegis.cli.backup import backup, restore
from vaegis.cli.config import config
from vaegis.cli.demo import demo
from vaegis.cli.diff import diff
from vaegis.cli.doctor import doctor
from vaegis.cli.explain import explain
from vaegis.cli.init import init
from vaegis.cli.keys import keys
from vaegis.cli.lineage import lineage
from vaegis.cli.metrics import metrics
from vaegis.cli.monitor import monitor
from vaegis.cli.privacy import privacy
from vaegis.cli.publish import publish
from vaegis.cli.reconcile import reconcile
from vaegis.cli.registry import registry
from vaegis.cli.report import report
from vaegis.cli.repro import repro
from vaegis.cli.retrain import retrain
from vaegis.cli.review import review
from vaegis.cli.sample import sample
from vaegis.cli.score import score
from vaegis.cli.serve import serve
from vaegis.cli.show import show
from vaegis.cli.simulate import simulate
from vaegis.cli.studio import studio
from vaegis.cli.takeback import revoke, rollback
from vaegis.cli.ui import ui
from vaegis.errors import VaegisError
from vaegis.stage import one_line


def exit_codes() -> dict[int, str]:
    """Map every exit code to what it means: those of the error family, and what a check has to say."""
    codes = {
        0: "Done; a refused model is a result too.",
        1: "A check or a stage failed; its own line says why.",
        10: "New rows are a warning, or too few to judge (monitor).",
        20: "New rows are an alarm (monitor).",
    }
    for kind in VaegisError.__subclasses__():
        codes[kind.exit_code] = (kind.__doc__ or "").strip().splitlines()[0]
    return dict(sorted(codes.items()))


_EPILOG: Final = "Exit codes:\n\n" + "\n\n".join(f"{code}  {meaning}" for code, meaning in exit_codes().items())

app = typer.Typer(
    name="vaegis",
    help="From a table in a feature store to a governed variational autoencoder.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_GOVERNANCE: Final = "Governance"
"""Heading of the commands that a single user need not know."""
for command in (
    init,
    repro,
    ui,
    show,
    report,
    metrics,
    diff,
    score,
    explain,
    serve,
    publish,
    monitor,
    retrain,
    sample,
    simulate,
    studio,
    privacy,
    config,
    doctor,
):
    app.command(epilog=_EPILOG)(command)
for decision in (review, approve, reject, waive, rollback, revoke, reconcile, lineage, backup, restore):
    app.command(epilog=_EPILOG, rich_help_panel=_GOVERNANCE)(decision)
for name, group in {"audit": audit, "keys": keys, "registry": registry, "demo": demo}.items():
    app.add_typer(group, name=name, epilog=_EPILOG, rich_help_panel=_GOVERNANCE)


def main() -> None:
    """Run the command line; a user's mistake or a full disk is one line on stderr and its exit code."""
    with one_line("vaegis"):
        app()
