"""The small files around a project: Makefile, ignore files, DVC's settings."""

from typing import Final

MAKEFILE: Final = """\
# What people type. `vaegis` must be on the path: activate the environment that it is installed in.
.PHONY: repro ui

repro: ## From the source to a judged model version
	@vaegis repro

ui: ## MLflow on http://127.0.0.1:5000 (PORT=n for another port)
	@vaegis ui $(if $(PORT),--port $(PORT))
"""
IGNORED: Final = """\
/.scratch/
/.venv/
/data/
/dvc_plots/
/incidents/
/mlruns/
/monitoring/
/models/
/reports/
/workspaces/
__pycache__/
"""
DVC_IGNORED: Final = """\
# Folders named as dependencies of a stage hold only what people write.
__pycache__
*.pyc
.scratch
.venv
mlruns
/monitoring
workspaces
"""
_DVC_CONFIG: Final = "[core]\n    analytics = false\n    check_update = false\n    autostage = false\n"
_WITHOUT_GIT: Final = "    no_scm = true\n"
_DVC_OWN: Final = "/config.local\n/tmp\n/cache\n"


def surroundings(*, with_git: bool) -> dict[str, str]:
    """Map the files' paths to their texts."""
    return {
        "Makefile": MAKEFILE,
        ".gitignore": IGNORED,
        ".dvcignore": DVC_IGNORED,
        ".dvc/.gitignore": _DVC_OWN,
        ".dvc/config": _DVC_CONFIG + ("" if with_git else _WITHOUT_GIT),
    }
