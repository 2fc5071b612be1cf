"""What two quick models say of the same rows; asked once, in processes of their own."""

import pytest


@pytest.fixture(scope="session")
def compared_rows(bench, world):
    from vaegis.evaluation.comparison.rows import ComparedRows

    return ComparedRows.of(world.SCHEMA, bench.rows.test, bench.injected.frame)


@pytest.fixture(scope="session")
def contenders(project):
    from vaegis.evaluation.comparison.ask import Contender

    return [Contender(label=name, bundle=project / "models" / name) for name in ("candidate", "baseline")]


@pytest.fixture(scope="session")
def task():
    from vaegis.evaluation.comparison.compare import Task

    return Task(nll_rows=100, nll_samples=8, latent_rows=500)


@pytest.fixture(scope="session")
def comparison(contenders, compared_rows, task):
    from vaegis.evaluation.comparison.compare import compare

    return compare(*contenders, compared_rows, task)
