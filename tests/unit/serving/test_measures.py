import subprocess
import sys

from vaegis.serving.current import Served
from vaegis.serving.measures import Measures


def test_counts_and_the_version_in_prometheus_words(scorer):
    measures, other = Measures(), Measures()
    measures.answered("score", 200, 0.003, rows=3, flagged=1)
    measures.answered("encode", 200, 0.003, rows=2)
    measures.answered("score", 422, 0.003)
    measures.answered("score", 200, 0.003, rows=4)
    for version in ("1", "2"):
        text = measures.text(Served(model="machines", version=version, scorer=scorer)).decode()
    assert 'vaegis_requests_total{status="200",task="score"} 2.0' in text
    assert 'vaegis_rows_total{task="score"} 7.0' in text
    assert 'vaegis_request_seconds_bucket{le="0.005",task="score"} 3.0' in text
    assert "vaegis_flagged_rows_total 1.0" in text
    assert text.count("vaegis_model_info{") == 1, "only what is served now"
    assert f'content_digest="{scorer.content_digest}",model="machines",version="2"' in text
    assert "vaegis_model_info{" not in measures.text(None).decode()
    assert "} 7.0" not in other.text(None).decode()


SHARED = """
import glob, os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
import prometheus_client
from vaegis.serving.measures import Measures
assert prometheus_client.values.ValueClass is not prometheus_client.values.MutexValue
for _ in range(2):
    measures = Measures()
    measures.answered("score", 200, 0.003, rows=3, flagged=1)
    measures.refreshed("swapped")
print(measures.text(None).decode())
assert not os.listdir(sys.argv[1])
"""


def test_two_servers_stay_apart_whatever_the_environment_says(tmp_path):
    """Feast's import, and MLflow's --expose-prometheus, name a folder to share numbers in."""
    done = subprocess.run([sys.executable, "-c", SHARED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    samples = [line for line in done.stdout.splitlines() if line and line[0] != "#"]
    assert 'vaegis_requests_total{status="200",task="score"} 1.0' in samples
    assert 'vaegis_request_seconds_sum{task="score"} 0.003' in samples
    assert 'vaegis_request_seconds_count{task="score"} 1.0' in samples
    assert 'vaegis_rows_total{task="score"} 3.0' in samples
    assert "vaegis_flagged_rows_total 1.0" in samples
    assert 'vaegis_refreshes_total{outcome="swapped"} 1.0' in samples


def test_a_request_is_in_every_bucket_from_its_own_on():
    measures = Measures()
    for seconds in (0.0001, 0.005, 0.3, 60.0):
        measures.answered("score", 200, seconds)
    text = measures.text(None).decode()
    for bound, count in {"0.0005": 1, "0.002": 1, "0.005": 2, "0.2": 2, "0.5": 3, "5.0": 3, "+Inf": 4}.items():
        assert f'vaegis_request_seconds_bucket{{le="{bound}",task="score"}} {count}.0' in text
    assert "# TYPE vaegis_requests_total counter" in text
    assert "# TYPE vaegis_request_seconds histogram" in text
