from vaegis.evaluation.reconstruction.worst import worst_rows


def test_worst_rows_are_one_an_entity_and_day_with_their_columns(models, rows):
    model = models[0]
    wild = rows.test.assign(heat_c=rows.test["heat_c"].where(rows.test.index != 7, 500.0))
    table = worst_rows(model, wild, model.score(wild), 5)
    assert table["row_id"].nunique() == 5
    assert len(table) == 15
    first = table.iloc[0]
    assert (first["column"], first["observed"], first["unit"]) == ("heat_c", 500.0, "degC")
    assert first["row_id"] == model.schema.row_ids(wild).iloc[7]
    assert table["score"].is_monotonic_decreasing
    assert not table["row_id"].drop_duplicates().str.slice(0, 13).duplicated().any()
