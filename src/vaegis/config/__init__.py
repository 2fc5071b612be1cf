"""params.yaml as frozen typed dataclasses, one file per stage, so that a stage depends on its own section only."""
