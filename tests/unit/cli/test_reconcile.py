def test_drift_is_an_exit_code_and_can_be_put_right(champions, vaegis):
    assert "registry and audit log agree" in vaegis("reconcile")
    champions.client.set_registered_model_alias("machines", "champion", "1")
    assert "belongs to version 2" in vaegis("reconcile", code=1)
    [drift] = vaegis("reconcile", "machines", "--json", code=1)["drifts"]
    assert (drift["model"], drift["kind"]) == ("machines", "alias")
    repaired = vaegis("reconcile", "--repair", "--json")
    assert [entry["body"]["kind"] for entry in repaired["restored"]] == ["restoration"]
    assert champions.aliases == {"champion": "2", "previous": "1"}
