"""The plan of an import for each Secret, with the reasons."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from seldon_secrets_pulumi.adoption.plan import Plan
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET, secret
from tests.support.planned_adoption import S3, params, planned, s3

OURS = BUCKET | {"app.kubernetes.io/managed-by": "pulumi", "bucket-secret-format": "env_var"}
REGISTRY = {"secret-type": "registry", "seldon-deploy": "true"}
ENTRY = {
    "remote": "models",
    "namespaces": ["team"],
    "type": "s3",
    "formats": ["env_var"],
    "accessKeyId": "AKIA",
    "secretAccessKey": CANARY,
}


def only(made: Plan) -> tuple[str, Mapping[str, Any], str | None]:
    [entry] = made.entries
    return entry.kind, entry.settings, entry.reason


def test_a_secret_of_a_remote_becomes_the_entry_that_a_person_would_write() -> None:
    assert only(planned(s3())) == ("buckets", ENTRY, None)


def test_both_formats_are_one_entry_when_they_hold_the_same() -> None:
    both = planned(params(), s3())
    assert only(both)[1]["formats"] == ["env_var", "config_param"]
    assert both.entries[0].secrets == ["team/models-bucket-params", "team/models-bucket-envvars"]
    apart = planned(params(), s3(secret_access_key="another"))
    assert [it.settings["formats"] for it in apart.entries] == [["config_param"], ["env_var"]]


def test_the_same_in_several_namespaces_is_one_entry() -> None:
    made = planned(s3("a"), params("a"), s3("b"), params("b"), s3("c"))
    assert [it.settings["namespaces"] for it in made.entries] == [["a", "b"], ["c"]]
    made = planned(s3("a"), s3("b", secret_access_key="another"))
    assert [it.settings["namespaces"] for it in made.entries] == [["a"], ["b"]]


def test_the_plan_lists_labels_that_the_next_update_sets() -> None:
    [adoption] = planned(s3()).adoptions
    assert adoption.labels == ["app.kubernetes.io/managed-by", "bucket-secret-format"]
    default = {"labels": {"owner": "platform"}}
    assert planned(s3(), settings=default).adoptions[0].labels[-1] == "owner"


def test_further_labels_and_annotations_stay_and_those_of_tools_are_left_to_them() -> None:
    it = s3()
    it["metadata"] |= {
        "labels": OURS | {"app.kubernetes.io/managed-by": "ansible", "team": "x"},
        "annotations": {
            "example.com/by": "me",
            "kubectl.kubernetes.io/last-applied-configuration": CANARY,
        },
    }
    _, settings, _ = only(planned(it))
    assert settings["labels"] == {"team": "x"}
    assert settings["annotations"] == {"example.com/by": "me"}


def test_stored_passwords_stay_obscured() -> None:
    password = obscure("sftp", "pass", CANARY)[:-1] + "A"
    remote = Remote("drop", "sftp", {"host": "h", "user": "u", "pass": password})
    _, settings, reason = only(planned(secret("drop-bucket-params", CONFIG_PARAM.write(remote))))
    assert reason is None
    assert (settings["obscured"], settings["parameters"]["pass"]) == (True, password)


def test_registries_take_the_plainest_form_that_writes_the_same() -> None:
    def registry(auths: Any) -> dict[str, Any]:
        text = json.dumps({"auths": auths}, separators=(",", ":"))
        it = secret("ghcr", {".dockerconfigjson": text}, labels=REGISTRY)
        return it | {"type": "kubernetes.io/dockerconfigjson"}

    login = {"auth": "Ym90OnB3"}
    kind, settings, _ = only(planned(registry({"ghcr.io": login})))
    assert (kind, settings["server"], settings["username"], settings["password"]) == (
        "registries",
        "ghcr.io",
        "bot",
        "pw",
    )
    kind, settings, _ = only(planned(registry({"ghcr.io": login, "quay.io": login})))
    assert (kind, "dockerConfigJson" in settings) == ("registries", True)
    kind, settings, reason = only(planned(registry({"ghcr.io": {"username": "bot", "password": "pw"}})))
    assert (kind, settings["kind"]) == ("secrets", "registry")
    assert reason == "its JSON is laid out differently, or holds more than logins"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("minio-bucket", ENV_VAR.write(Remote("minio", "s3", S3)), "that of its remote would be"),
        ("models-bucket-params", {"s3": f"name: models\ntype: s3\nparameters: {S3}\n"}, "is YAML"),
        (
            "models-bucket-params",
            {"k": json.dumps({"name": "models", "type": "s3", "parameters": S3})},
            "the layout of its JSON",
        ),
        (
            "models-bucket-envvars",
            ENV_VAR.write(Remote("models", "s3", {**S3, "provider": "aws"})),
            "would write provider differently",
        ),
        (
            "models-bucket-envvars",
            ENV_VAR.write(Remote("models", "s3", {k: v for k, v in S3.items() if k != "env_auth"})),
            "would add env_auth",
        ),
        (
            "models-bucket-envvars",
            ENV_VAR.write(Remote("models", "s3", {**S3, "secret_access_key": f"{CANARY} "})),
            "secretAccessKey must not contain spaces",
        ),
        ("new-bucket-envvars", ENV_VAR.write(Remote("new", "newstore", S3)), "is not a type of rclone"),
        ("x", {"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "s3"}, "not that of one remote"),
    ],
)
def test_a_secret_that_no_typed_entry_writes_becomes_a_raw_entry(
    name: str, data: Mapping[str, str], reason: str
) -> None:
    kind, settings, told = only(planned(secret(name, data, labels=BUCKET)))
    assert (kind, settings["name"], settings["data"]) == ("secrets", name, data)
    assert reason in (told or "")
    assert CANARY not in (told or "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"metadata": {"labels": BUCKET | {"app.kubernetes.io/managed-by": "Helm"}}}, "Helm made it"),
        ({"metadata": {"annotations": {"argocd.argoproj.io/tracking-id": "x"}}}, "Argo CD made it"),
        (
            {"metadata": {"ownerReferences": [{"kind": "ExternalSecret", "name": "x"}]}},
            "ExternalSecret x owns it",
        ),
        ({"metadata": {"labels": OURS}}, "another stack of Pulumi made it"),
        ({"metadata": {"annotations": {"backup": f"was {CANARY}"}}}, "annotation backup repeats a value"),
        ({"metadata": {"deletionTimestamp": "now"}}, "it is being deleted"),
        ({"immutable": True}, "it is immutable"),
        ({"type": "example.com/bucket"}, "its type is example.com/bucket"),
        ({"data": {"KEY": "/w=="}}, "KEY is no text in UTF-8"),
        ({"data": {}}, "it holds nothing"),
        ({"data": {"1A": "eA=="}}, "data.1A must be the name of an environment variable"),
    ],
)
def test_a_secret_that_a_stack_cannot_adopt_is_skipped_with_the_reason(change: Any, reason: str) -> None:
    it = s3()
    it |= {**change, "metadata": it["metadata"] | change.get("metadata", {})}
    made = planned(it)
    assert made.empty
    [told] = made.left_out.values()
    assert reason in told
    assert CANARY not in told


def test_secrets_that_the_stack_already_declares() -> None:
    name = "team/models-bucket-envvars"
    declared = {"buckets": [ENTRY]}
    present = planned(s3(), settings=declared, state=(name,))
    assert (present.empty, present.present) == (True, [name])
    adopted = planned(s3(), settings=declared)
    assert (adopted.entries, [str(it.live) for it in adopted.adoptions]) == ([], [name])
    kept = planned(s3(), state=(name,))
    assert ([it.name for it in kept.entries], kept.adoptions) == (["models"], [])
    different = planned(s3(secret_access_key="another"), settings=declared)
    assert "buckets[0] of the stack declares it with another content" in different.left_out[name]
    elsewhere = planned(s3(), elsewhere=(name,))
    assert elsewhere.left_out == {name: "another resource of this stack has it already"}
    beside = planned(params(), settings=declared, state=(name,))
    assert beside.entries[0].settings["formats"] == ["config_param"]


def test_the_settings_of_the_stack_must_be_right_first() -> None:
    with pytest.raises(InvalidArguments, match="bucketz"):
        planned(s3(), settings={"bucketz": []})


def test_the_format_label_of_the_stack_is_no_further_label() -> None:
    it = s3()
    it["metadata"]["labels"] = BUCKET | {"format": "env-var"}
    _, settings, _ = only(planned(it, label=FormatLabel("format", "env-var", "config-param")))
    assert "labels" not in settings
