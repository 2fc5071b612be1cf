"""Stage `publish`: what the champion makes of the rows, back in the feature store. Idle, it answers without torch."""

from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.registry.address import preflight
from vaegis.registry.published import champion_of, is_of, kept_back, publication_key, reason_against, save, standing
from vaegis.stage import run_stage


def main() -> None:
    """Publish once for each champion and table; that there is none to publish for is a result, not an error."""
    preflight()
    model = load_section("register", RegisterConfig).model
    champion, reason = champion_of(model), reason_against()
    if reason or champion is None:
        save(kept_back(reason or "no champion yet"))
        return
    key = publication_key(model, champion)
    report = standing(key)
    if report is None:
        from vaegis.registry.features import give_back_of_champion  # noqa: PLC0415 - torch, mlflow, feast: seconds

        report = give_back_of_champion(model)
    save(report, key if is_of(report, model, champion) else "")


if __name__ == "__main__":
    run_stage("publish", main)
