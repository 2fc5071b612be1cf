from vaegis.training.sink import NullSink


def test_null_sink_takes_everything():
    sink = NullSink()
    sink.log(1, {"val/elbo": float("nan")})
    sink.close()
