"""Stage `promote`: the verdict by policy.yaml, and the aliases it earns. Idle, it answers without importing mlflow."""

from pathlib import Path

from vaegis.config.load import load_section
from vaegis.config.promote import PromoteConfig
from vaegis.governance import load_policy
from vaegis.governance.policy import standing_digest
from vaegis.registry.address import preflight
from vaegis.registry.receipt import Registration, promotion_key, save_outcome, standing_outcome
from vaegis.stage import run_stage


def main() -> None:
    """Judge the registered candidate; a refusal is a result, not an error."""
    preflight()
    config = load_section("promote", PromoteConfig)
    policy = load_policy(Path(config.policy))
    registration = Registration.load()
    key = promotion_key(standing_digest(policy), registration)
    outcome = standing_outcome(key, registration)
    if outcome is None:
        from vaegis.registry.promotion import promote  # noqa: PLC0415 - mlflow: seconds, only if needed

        outcome = promote(policy, registration, key, config.notify).to_json()
    save_outcome(key, outcome)


if __name__ == "__main__":
    run_stage("promote", main)
