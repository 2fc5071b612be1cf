"""Stage `compare`: the candidate beside the champion on the same rows. Idle, it answers without importing mlflow."""

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.durable import read_json
from vaegis.registry.address import preflight, tracking_uri
from vaegis.registry.opponent import NOBODY, Compared, find_opponent
from vaegis.registry.peek import peek
from vaegis.registry.receipt import stage_input_key
from vaegis.stage import run_stage


def main() -> None:
    """Compare once for each candidate and champion; without a champion there is nothing to do."""
    preflight()
    model, key = load_section("register", RegisterConfig).model, stage_input_key("compare")
    digest = read_json(paths.CANDIDATE / "bundle.json")["content_digest"]
    opponent = find_opponent(peek(tracking_uri(), model, ()), digest)
    compared = NOBODY if opponent is None else Compared.standing(key, opponent)
    if opponent is not None and compared is None:
        from vaegis.registry.compared import compare_with  # noqa: PLC0415 - mlflow and torch: seconds, only if needed

        compared = compare_with(opponent, model)
    (compared or NOBODY).save(key)


if __name__ == "__main__":
    run_stage("compare", main)
