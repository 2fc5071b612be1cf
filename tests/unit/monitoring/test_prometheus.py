import re

from vaegis.monitoring.prometheus import exposition, without_alarm

RECORD = {
    "content_digest": "a" * 64,
    "status": "warning",
    "exit_code": 10,
    "rows": 4032,
    "invalid": 2,
    "left_over": 5,
    "evidence": {"total": 2.5, "inputs": 1.0, "unit": 3, "alarm_from": 100.0},
    "findings": [
        {"check": 'odd"name', "topic": "inputs", "effect": 0.25, "pvalue": 0.01},
        {"check": "b", "topic": "inputs", "effect": None, "pvalue": None},
    ],
}
LINE = re.compile(r'^[a-z_]+\{([a-z]+="(?:[^"\\\n]|\\.)*",?)*\} -?[0-9.e+]+$')


def test_text_is_what_prometheus_reads():
    text = exposition(RECORD, "models:/m@champion", 1.5e9, has_alarm=False)
    lines = text.splitlines()
    assert text.endswith("\n")
    assert all(line.startswith(("# HELP ", "# TYPE ")) or LINE.match(line) for line in lines)
    samples = [line for line in lines if not line.startswith("#")]
    assert len(set(samples)) == len(samples)
    for name in {line.partition("{")[0] for line in samples}:
        places = [place for place, line in enumerate(lines) if line.startswith(f"{name}{{")]
        assert lines[places[0] - 1] == f"# TYPE {name} gauge"
        assert places == list(range(places[0], places[0] + len(places)))


def test_values_and_labels():
    text = exposition(RECORD, "m", 1.5e9, has_alarm=True)
    assert 'vaegis_monitor_status{model="m",digest="aaaaaaaaaaaa",status="warning"} 1\n' in text
    assert 'status="alarm"} 0\n' in text
    assert 'vaegis_monitor_alarm{model="m",digest="aaaaaaaaaaaa"} 1\n' in text
    assert r'check="odd\"name",topic="inputs"} 0.25' in text
    assert 'why="invalid"} 2\n' in text
    assert 'topic="total"} 2.5\n' in text
    assert "vaegis_monitor_last_event_seconds" in text


def test_an_alarm_that_was_answered_leaves_one_line_changed():
    for model in (
        "m",
        'odd"\\name',
    ):
        stands, none = (exposition(RECORD, model, 1.5e9, has_alarm=has) for has in (True, False))
        assert without_alarm(stands, "a" * 64) == none != stands
        assert without_alarm(none, "a" * 64) == none
        assert without_alarm(stands, "b" * 64) == stands
