"""Cases of the small world: of the model, of its deterministic twin, and with other settings."""

from dataclasses import replace

import pytest


@pytest.fixture(scope="session")
def case(models, bench):
    from vaegis.evaluation.case import Case

    return Case(model=models[0], bench=bench, rivals={}, replicates=50)


@pytest.fixture(scope="session")
def twin_case(models, bench):
    from vaegis.evaluation.case import Case

    return Case(model=models[1], bench=bench, rivals={}, replicates=50)


@pytest.fixture
def configured(case):
    """Return a function that makes a fresh case with other settings of section `evaluate`."""

    def make(**settings):
        bench = replace(case.bench, config=replace(case.config, **settings))
        return replace(case, bench=bench, found={})

    return make
