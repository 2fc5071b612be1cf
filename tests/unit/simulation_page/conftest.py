"""A page on a small model, drawn without a browser; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from vaegis.simulation.page import app
from vaegis.simulation.studio import Studio

_FILE = Path(__file__).parents[2] / "fixtures" / "simulated_world.py"
_SPEC = importlib.util.spec_from_file_location("simulated_world", _FILE)
_WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_WORLD)


@pytest.fixture(scope="session")
def model():
    return _WORLD.fit(20)


@pytest.fixture(scope="session")
def studio(model):
    return Studio(model, "models/x", (), _WORLD.make_rows(300, seed=5), ("--model", "models/x"))


@pytest.fixture
def opened(studio):
    """Return a function that opens the page at an address: `kind="sweep"`, `hold=["unit=a"]`."""

    def at(page_of=studio, **query):
        app.place()[:] = [page_of]
        page = AppTest.from_file(Path(app.__file__).with_name("script.py"), default_timeout=60)
        for name, words in query.items():
            page.query_params[name] = words
        return page.run()

    yield at
    app.place().clear()
