"""Any order of promotions, rollbacks, revocations, crashes, rogue moves and tampering on a real SQLite registry.

Whatever happens, what a verified load returns was promoted by a record, is not revoked, and is what was registered.
"""

import importlib.util
import itertools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from vaegis.errors import ArtifactError, RefusedError, VaegisError
from vaegis.registry import transaction
from vaegis.registry.bench import recheck
from vaegis.registry.download import fetch_verified
from vaegis.registry.reconcile import reconcile
from vaegis.registry.rollback import roll_back

pytestmark = pytest.mark.slow
CHAMPION = "models:/machines@champion"
SHELF = Path(__file__).parents[1] / "fixtures/shelf.py"
SPEC = importlib.util.spec_from_file_location("shelf", SHELF)
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)
PICK = st.integers(0, 3)


class Registry(RuleBasedStateMachine):
    """The registry, and a model of it: a stack of champions, what is revoked, what was altered."""

    database: Path
    root: Path
    numbers = itertools.count()

    @initialize()
    def begin(self) -> None:
        os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow's client sets it to the registry before
        self.folder = self.root / f"registry-{next(self.numbers)}"
        (self.folder / "mlruns").mkdir(parents=True)
        shutil.copy(self.database, self.folder / "mlruns/mlflow.db")
        self.back = Path.cwd()
        os.chdir(self.folder)
        self.shelf = MODULE.Shelf(self.folder)
        self.versions = [self.shelf.add(seed) for seed in range(4)]
        self.stack: list[str] = []
        self.revoked: set[str] = set()
        self.altered: set[str] = set()
        self.rogue = False

    def may(self, version: str) -> bool:
        return version not in self.revoked | self.altered

    @rule(pick=PICK)
    def promote(self, pick: int) -> None:
        version = self.versions[pick]
        try:
            self.shelf.promote(version)
        except (ArtifactError, RefusedError):
            assert not self.may(version)
        else:
            assert self.may(version)
            self.took(version)

    @rule(first=PICK, second=PICK)
    def two_at_once(self, first: int, second: int) -> None:
        """Both saw the same champion; the second is told that it lost, unless nothing was to move for the first."""
        one, two = self.versions[first], self.versions[second]
        if not (self.may(one) and self.may(two)) or self.shelf.bench().held["champion"] == one:
            return
        moves = [self.shelf.move(one), self.shelf.move(two)]
        self.shelf.promote(one, moves[0])
        self.took(one)
        with pytest.raises(RefusedError, match="by now"):
            self.shelf.promote(two, moves[1])

    @rule(pick=PICK, step=st.sampled_from(["check", "swap", "commit"]))
    def die(self, pick: int, step: str) -> None:
        """A process dies before the check, before the swap, or before it could write COMMIT."""
        version = self.versions[pick]
        if not self.may(version):
            return
        move, original = self.shelf.move(version), transaction.swap

        def crash(*_args) -> None:
            raise KeyboardInterrupt

        def swap_and_crash(*args) -> None:
            original(*args)
            raise KeyboardInterrupt

        check = crash if step == "check" else lambda ledger: recheck(self.shelf.uri, self.shelf.client, ledger, move)
        transaction.swap = {"check": original, "swap": crash, "commit": swap_and_crash}[step]
        try:
            with pytest.raises(KeyboardInterrupt):
                transaction.transact(self.shelf.uri, move, check)
        finally:
            transaction.swap = original
        if step == "commit":
            self.took(version)

    @rule()
    def rollback(self) -> None:
        below = [version for version in self.stack[:-1] if version not in self.revoked]
        try:
            roll_back("machines", "a reason")
        except (ArtifactError, RefusedError):
            assert not below or not self.may(below[-1])
        else:
            self.stack = self.stack[: len(self.stack) - 1 - self.stack[:-1][::-1].index(below[-1])]
            self.rogue = False

    @rule(pick=PICK)
    def revoke(self, pick: int) -> None:
        self.shelf.revoke(self.versions[pick])
        self.revoked.add(self.versions[pick])

    @precondition(lambda self: len(self.altered) < 2)
    @rule(pick=PICK)
    def alter(self, pick: int) -> None:
        if self.versions[pick] not in self.altered:
            self.shelf.flip(self.versions[pick])
            self.altered.add(self.versions[pick])

    @rule(pick=PICK)
    def move_by_hand(self, pick: int) -> None:
        self.shelf.client.set_registered_model_alias("machines", "champion", self.versions[pick])
        self.rogue = self.stack[-1:] != [self.versions[pick]]

    @rule()
    def repair(self) -> None:
        try:
            reconcile(repair=True)
        except VaegisError:
            assert not self.may(self.stack[-1])
        else:
            self.rogue = self.rogue and not self.stack
            if not self.rogue and self.stack:
                assert self.shelf.aliases["champion"] == self.stack[-1]

    def took(self, version: str) -> None:
        if self.stack[-1:] != [version]:
            self.stack.append(version)
        self.rogue = False

    @invariant()
    def all_is_lawful(self) -> None:
        if not hasattr(self, "shelf"):
            return
        bench = self.shelf.bench()  # finishes what the dead left
        assert bench.ledger.unfinished() == ()
        assert bench.ledger.champions("machines") == self.stack
        if self.stack:
            assert bench.lawful["champion"] == self.stack[-1]
            assert self.rogue or bench.held["champion"] == self.stack[-1]
        good = bool(self.stack) and not self.rogue and self.may(self.stack[-1])
        try:
            found = fetch_verified(CHAMPION)
        except (ArtifactError, RefusedError):
            assert not good
        else:
            assert good
            assert found.version == self.stack[-1]

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            os.chdir(self.back)


def test_nothing_reaches_an_unlawful_state(
    migrated_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MLFLOW_TRACKING_URI", "VAEGIS_AUDIT_LOG", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    Registry.database, Registry.root = migrated_database, tmp_path
    chosen = settings(
        max_examples=8,
        stateful_step_count=12,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Registry, settings=chosen)
