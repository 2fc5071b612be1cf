"""Attacks on a registered model in a throwaway registry: what plain MLflow answers, and what a verified load does."""

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from mlflow import MlflowClient

import vaegis
from vaegis.bundle import read_bundle
from vaegis.durable import canonical_json, read_json
from vaegis.errors import VaegisError
from vaegis.registry.bench import Bench, recheck
from vaegis.registry.enrolment import enrol
from vaegis.registry.ledger import PROMOTION
from vaegis.registry.model import find_or_log
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, PREVIOUS
from vaegis.registry.plain import Plain
from vaegis.registry.stored import BUNDLE, location
from vaegis.registry.tracking import connect, experiment_id
from vaegis.registry.transaction import Move, transact
from vaegis.registry.versions import all_versions, create_version

MODEL: Final = "throwaway"
ADDRESS: Final = f"models:/{MODEL}@{CHAMPION}"
_VARIABLE: Final = "MLFLOW_TRACKING_URI"
_ROWS: Final = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One attack and what came of it."""

    attack: str
    plain: str
    vaegis: str
    last_good: str

    def to_json(self) -> dict[str, str]:
        """Return it as plain JSON."""
        return asdict(self)


class Stage:
    """A throwaway registry with two versions, the second of them champion, and rows to ask about."""

    def __init__(self, folder: Path, uri: str, plain: Plain) -> None:
        """Fit two small models on a made-up table, register and promote them."""
        self.folder, self.uri, self.plain = folder, uri, plain
        self.rows = _table(seed=0)
        self.file = folder / "rows.parquet"
        self.rows.head(3).to_parquet(self.file)
        self.client = connect(self.uri)
        for seed in (0, 1):
            self._promote(self._register(seed))
        self.kept = folder / "kept"
        self.good = vaegis.load(ADDRESS, keep_last_good=self.kept)

    def files(self) -> Path:
        """Return where the champion's files lie."""
        return Path(location(self.client, MODEL, "2").removeprefix("file://"))

    def _register(self, seed: int) -> str:
        settings: dict[str, dict[str, Any]] = {
            "train": {"epochs": 2},
            "score": {"mode": "elbo"},
            "generator": {"kind": "none"},
        }
        bundle = self.folder / f"bundle-{seed}"
        digest = vaegis.fit(self.rows, config=settings, seed=seed).save(bundle)
        run = self.client.create_run(experiment_id(self.client, MODEL)).info.run_id
        logged = find_or_log(self.client, run, bundle, self.rows, 0.01, {})
        version = create_version(self.client, MODEL, logged, run, {CONTENT_DIGEST: digest})
        enrol(self.uri, self.client, version)
        return str(version.version)

    def _promote(self, version: str) -> None:
        bench = Bench.set_up(self.uri, self.client, MODEL, all_versions(self.client, MODEL))
        entry = bench.ledger.registration(MODEL, version)
        assert entry is not None  # noqa: S101 - just enrolled
        move = Move.of(PROMOTION, entry, bench.held, {CHAMPION: version, PREVIOUS: bench.held[CHAMPION]})
        transact(self.uri, move, lambda ledger: recheck(self.uri, self.client, ledger, move))


def run_attacks() -> list[Shown]:
    """Attack the champion of a throwaway registry in each way, look, and undo it."""
    held = os.environ.get(_VARIABLE)
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ[_VARIABLE] = uri = f"sqlite:///{Path(folder, 'mlruns', 'mlflow.db')}"
            with Plain(uri, Path(folder)) as plain:
                stage = Stage(Path(folder), uri, plain)
                before = _look(stage, "nothing: as it was registered")
                return [before, *(_attack(stage, name, attack) for name, attack in ATTACKS.items())]
    finally:
        os.environ.pop(_VARIABLE, None)
        if held is not None:
            os.environ[_VARIABLE] = held


def _attack(stage: Stage, name: str, attack: Callable[[Stage], None]) -> Shown:
    with _undone(stage):
        attack(stage)
        return _look(stage, name)


def _look(stage: Stage, attack: str) -> Shown:
    rows = stage.rows.head(3)
    try:
        seen = f"answers: score {vaegis.load(ADDRESS).score(rows).iloc[0]:.4f}"
    except VaegisError as error:
        seen = f"refuses: {str(error).partition('; change: ')[0]}"
    good = vaegis.load(ADDRESS, keep_last_good=stage.kept)
    kept = f"answers: score {good.score(rows).iloc[0]:.4f} (content {good.content_digest[:12]})"
    return Shown(attack=attack, plain=stage.plain.ask(ADDRESS, stage.file), vaegis=seen, last_good=kept)


@contextmanager
def _undone(stage: Stage) -> Iterator[None]:
    """Put files and database back afterwards."""
    files = {path: path.read_bytes() for path in stage.files().rglob("*") if path.is_file()}
    aliases = dict(stage.client.get_registered_model(MODEL).aliases)
    try:
        yield
    finally:
        for path, content in files.items():
            path.write_bytes(content)
        for alias, version in aliases.items():
            stage.client.set_registered_model_alias(MODEL, alias, version)


def _flip_a_bit(stage: Stage) -> None:
    """Flip one bit of the weights, and, as one who knows would, write its digest into the bundle's own index."""
    bundle = stage.files() / BUNDLE
    weights = bundle / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 0x04
    weights.write_bytes(bytes(content))
    index: dict[str, Any] = read_json(bundle / "bundle.json")
    index["parts"]["weights.safetensors"] = hashlib.sha256(content).hexdigest()
    body = {key: index[key] for key in ("format_version", "kind", "parts")}
    index["content_digest"] = hashlib.sha256(canonical_json(body)).hexdigest()
    (bundle / "bundle.json").write_text(json.dumps(index))
    read_bundle(bundle)  # whole, by everything that lies beside it


def _edit_a_file(stage: Stage) -> None:
    """Edit the code that MLflow runs: every score is now nothing."""
    code = stage.files() / "code/vaegis/registry/answer.py"
    code.write_text(code.read_text() + "\n\n_told = answer\n\n\ndef answer(*given):\n    return _told(*given) * 0\n")


def _move_by_client(stage: Stage) -> None:
    MlflowClient(stage.uri, registry_uri=stage.uri).set_registered_model_alias(MODEL, CHAMPION, "1")


def _move_by_sql(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.uri.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE registered_model_aliases SET version = 1 WHERE alias = ?", (CHAMPION,))


ATTACKS: Final[dict[str, Callable[[Stage], None]]] = {
    "one bit of the weights flipped, the index beside them mended": _flip_a_bit,
    "a file edited: the code that MLflow runs": _edit_a_file,
    "alias champion moved by MLflow's client": _move_by_client,
    "alias champion moved by SQL": _move_by_sql,
}
"""What is done -> how."""


def _table(seed: int) -> pd.DataFrame:
    """Return rows whose columns depend on each other."""
    rng = np.random.default_rng(seed)
    load = rng.normal(size=_ROWS)
    noise = rng.normal(scale=0.1, size=(3, _ROWS))
    return pd.DataFrame({"load": load, "heat": 2 * load + noise[0], "current": load**2 + noise[1], "drift": noise[2]})
