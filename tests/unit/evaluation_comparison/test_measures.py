"""What is measured of two models, and what is left out with a reason."""


def names(comparison):
    return {item.metric for item in comparison.differences}


def test_every_shared_column_has_its_line(comparison, models):
    columns = {name.split("/")[1] for name in names(comparison) if name.startswith("columns/")}
    assert columns <= set(models[0].features)
    assert {"load_kw", "heat_c", "mode"} <= columns


def test_labels_are_ranked_where_they_are_known(comparison):
    by_name = {item.metric: item for item in comparison.differences}
    row, group = by_name["evaluate/labels/stopped_auroc"], by_name["evaluate/labels/outage_auroc"]
    assert group.rows * 2 == row.rows  # an outage is known by the hour, of both machines at once


def test_the_means_are_over_the_columns(comparison):
    by_name = {item.metric: item for item in comparison.differences}
    r2 = [item.candidate for name, item in by_name.items() if name.startswith("columns/") and name.endswith("/r2")]
    assert abs(by_name["evaluate/reconstruction/mean_r2"].candidate - sum(r2) / len(r2)) < 1e-5
