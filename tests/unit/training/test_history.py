import pytest

from vaegis.training.history import METRICS, History


def history(elbos: list[float], every: int = 10) -> History:
    made = History()
    for number, elbo in enumerate(elbos):
        made.add((number + 1) * every, {**dict.fromkeys(METRICS, 0.0), "val/elbo": elbo})
    return made


@pytest.mark.parametrize(
    ("elbos", "is_best"), [([1.0], True), ([1.0, 2.0], True), ([2.0, 1.0], False), ([1.0, 1.0], False)]
)
def test_best_is_the_first_of_the_highest(elbos, is_best):
    assert history(elbos).is_best is is_best


def test_patience_counts_from_the_best_record():
    assert history([1.0, 3.0, 2.0, 2.5]).intervals_since_best(settled_step=0) == 2


def test_patience_does_not_run_during_warm_up():
    falling = [5.0, 4.0, 3.0, 2.0, 1.0]
    assert history(falling).intervals_since_best(settled_step=1_000) < 0
    assert history(falling).intervals_since_best(settled_step=30) == 2  # records at 40 and 50 follow the one at 30
    assert history(falling).intervals_since_best(settled_step=0) == 4


def test_no_records_are_no_reason_to_stop():
    assert History().intervals_since_best(0) < 0


def test_csv_names_its_columns_and_json_is_exact():
    made = history([1.25, -2.5])
    lines = made.to_csv().splitlines()
    assert lines[0] == "step," + ",".join(METRICS)
    assert lines[1].startswith("10,0,")
    assert lines[2].split(",")[lines[0].split(",").index("val/elbo")] == "-2.5"
    assert History.from_json(made.to_json()) == made


def test_what_a_network_watches_has_columns_too():
    made = History()
    made.add(10, {**dict.fromkeys(METRICS, 0.0), "val/decoder_use": 1.5})
    assert [line.split(",")[-1] for line in made.to_csv().splitlines()] == ["val/decoder_use", "1.5"]
