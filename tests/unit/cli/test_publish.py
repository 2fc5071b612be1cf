"""The command, and what others do with what it gave to the store: they need nothing but Feast."""

import numpy as np
import pytest

from vaegis.errors import RefusedError
from vaegis.registry.revocation import revoke


def test_revoked_content_is_refused_from_a_folder_too(here, vaegis, fitted):
    (here / "mlruns").mkdir()
    revoke(fitted.save(here / "bundle"), "trained on recalled rows")
    with pytest.raises(RefusedError, match=r"bundle was revoked by .*: trained on recalled rows"):
        vaegis("publish", "rows.parquet", "--model", "bundle")
    assert not (here / "data").exists()


@pytest.mark.slow
def test_a_classifier_and_a_regressor_learn_from_the_store(
    here, vaegis, fitted_machines, make_machines, feast_settings
):
    from vaegis.feature_store.lean import import_feast

    import_feast()
    from feast import FeatureStore
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import StandardScaler

    (here / "feature_repo").mkdir()
    (here / "feature_repo/feature_store.yaml").write_text(feast_settings)
    (here / "params.yaml").write_text("register: {model: mine}\n")
    fitted_machines.save(here / "model")
    rows = make_machines(1_500, seed=8)
    rows.to_parquet("rows.parquet")
    record = vaegis("publish", "rows.parquet", "--model", "model", "--json")
    assert (record["rows"], record["online"], record["service"]) == (1_500, 1, "machine_latents_v1")
    assert "1,500 rows by model in feature service" in vaegis("publish", "rows.parquet", "--model", "model")

    store = FeatureStore(repo_path=record["repository"])
    asked = rows[["machine", "at"]].rename(columns={"at": "event_timestamp"})
    seen = store.get_historical_features(asked, store.get_feature_service(record["service"])).to_df()
    seen = seen.sort_values("event_timestamp", ignore_index=True)
    assert set(seen["content_digest"]) == {record["content_digest"]}
    x = StandardScaler().fit_transform(seen.filter(like="z_"))
    old, new = slice(0, 1_000), slice(1_000, None)
    is_fast = (rows["mode"] == "fast").to_numpy()
    right = LogisticRegression().fit(x[old], is_fast[old]).score(x[new], is_fast[new])
    assert right > max(is_fast[new].mean(), 1 - is_fast[new].mean()) + 0.1
    load = rows["load_kw"].to_numpy()
    explained = Ridge().fit(x[old], load[old]).score(x[new], load[new])
    assert explained > 0.5
    online = store.get_online_features(store.get_feature_service(record["service"]), [{"machine": "m1"}]).to_df()
    np.testing.assert_allclose(online["z_0"], seen["z_0"].iloc[-1])
