"""Stage `register`: runs and a version in MLflow for what the files say. Idle, it answers without importing mlflow."""

from vaegis.registry.address import preflight
from vaegis.registry.receipt import Registration, stage_input_key
from vaegis.stage import run_stage


def main() -> None:
    """Register the candidate once per content digest."""
    preflight()
    key = stage_input_key("register")
    registration = Registration.standing(key)
    if registration is None:
        from vaegis.registry.registration import register  # noqa: PLC0415 - mlflow and torch: seconds, only if needed

        registration = register()
    registration.save(key)


if __name__ == "__main__":
    run_stage("register", main)
