from vaegis.serving.current import Served
from vaegis.serving.measures import Measures


def test_counts_and_the_version_in_prometheus_words(scorer):
    measures, other = Measures(), Measures()
    measures.answered("score", 200, 0.003)
    measures.scored("score", 3, 1)
    measures.scored("score", 4, 0)
    for version in ("1", "2"):
        text = measures.text(Served(model="machines", version=version, scorer=scorer)).decode()
    assert 'vaegis_requests_total{status="200",task="score"} 1.0' in text
    assert 'vaegis_rows_total{task="score"} 7.0' in text
    assert 'vaegis_request_seconds_bucket{le="0.005",task="score"} 1.0' in text
    assert "vaegis_flagged_rows_total 1.0" in text
    assert text.count("vaegis_model_info{") == 1, "only what is served now"
    assert f'content_digest="{scorer.content_digest}",model="machines",version="2"' in text
    assert "vaegis_model_info{" not in measures.text(None).decode()
    assert "} 7.0" not in other.text(None).decode()
