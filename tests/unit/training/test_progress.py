import logging
import re

from vaegis.model.vae import make_network
from vaegis.training.fit import fit_network
from vaegis.training.sink import NullSink


def test_without_a_terminal_it_says_a_few_lines_with_the_elbo_of_their_step(layout, rows, config, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="vaegis"):
        fit = fit_network(
            rows, rows.rows(0, 50), lambda: make_network(layout, config), config, folder=tmp_path, sink=NullSink()
        )
    assert fit is not None
    said = re.findall(r"step (\d+) of (\d+): val/elbo (\S+) nats per row", caplog.text)
    assert 5 <= len(said) <= 10
    recorded = {int(record["step"]): f"{record['val/elbo']:.3f}" for record in fit.history.records}
    assert {int(step): elbo for step, _, elbo in said}.items() <= recorded.items()
    assert said[-1][0] == said[-1][1]
