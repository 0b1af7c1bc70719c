"""What an adoption would do with each Secret, and why."""

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
from tests.support.planned_adoption import S3, params, plan_for, s3

OURS = BUCKET | {"app.kubernetes.io/managed-by": "pulumi", "bucket-secret-format": "env_var"}
NAME = "team/models-bucket-envvars"
REGISTRY = {"secret-type": "registry", "seldon-deploy": "true"}
ENTRY = {
    "remote": "models",
    "namespaces": ["team"],
    "type": "s3",
    "formats": ["env_var"],
    "accessKeyId": "AKIA",
    "secretAccessKey": CANARY,
}


def only_entry(plan: Plan) -> tuple[str, Mapping[str, Any], str | None]:
    [entry] = plan.entries
    return entry.kind, entry.settings, entry.raw_reason


def test_a_remote_becomes_the_entry_that_a_person_would_write() -> None:
    assert only_entry(plan_for(s3())) == ("buckets", ENTRY, None)


def test_both_formats_are_one_entry_if_their_data_is_the_same() -> None:
    both = plan_for(params(), s3())
    assert only_entry(both)[1]["formats"] == ["env_var", "config_param"]
    assert both.entries[0].secrets == ["team/models-bucket-params", "team/models-bucket-envvars"]
    apart = plan_for(params(), s3(secret_access_key="another"))
    assert [entry.settings["formats"] for entry in apart.entries] == [["config_param"], ["env_var"]]


def test_equal_secrets_in_several_namespaces_are_one_entry() -> None:
    plan = plan_for(s3("a"), params("a"), s3("b"), params("b"), s3("c"))
    assert [entry.settings["namespaces"] for entry in plan.entries] == [["a", "b"], ["c"]]
    plan = plan_for(s3("a"), s3("b", secret_access_key="another"))
    assert [entry.settings["namespaces"] for entry in plan.entries] == [["a"], ["b"]]


def test_the_plan_names_the_labels_that_the_next_update_sets() -> None:
    [adoption] = plan_for(s3()).adoptions
    assert adoption.labels == ["app.kubernetes.io/managed-by", "bucket-secret-format"]
    default = {"labels": {"owner": "platform"}}
    assert plan_for(s3(), settings=default).adoptions[0].labels[-1] == "owner"


def test_an_entry_keeps_labels_and_annotations_except_those_of_tools() -> None:
    manifest = s3()
    manifest["metadata"] |= {
        "labels": OURS | {"app.kubernetes.io/managed-by": "ansible", "team": "x"},
        "annotations": {
            "example.com/by": "me",
            "kubectl.kubernetes.io/last-applied-configuration": CANARY,
        },
    }
    _, settings, _ = only_entry(plan_for(manifest))
    assert settings["labels"] == {"team": "x"}
    assert settings["annotations"] == {"example.com/by": "me"}


def test_the_plan_names_the_annotation_for_reloader_that_the_next_update_sets() -> None:
    adoptions = plan_for(s3(), params(), settings={"reloader": True}).adoptions
    assert [adoption.annotations for adoption in adoptions] == [["reloader.stakater.com/match"], []]


@pytest.mark.parametrize(
    "annotations", [{"reloader.stakater.com/ignore": "true"}, {"reloader.stakater.com/match": "false"}]
)
def test_an_entry_keeps_annotations_that_keep_reloader_away(annotations: dict[str, str]) -> None:
    manifest = s3()
    manifest["metadata"] |= {"annotations": annotations}
    plan = plan_for(manifest, settings={"reloader": True})
    _, settings, reason = only_entry(plan)
    assert reason is None
    assert (settings["annotations"], settings["reloader"]) == (annotations, False)
    assert plan.adoptions[0].annotations == []


def test_stored_passwords_stay_obscured() -> None:
    password = obscure("sftp", "pass", CANARY)[:-1] + "A"
    remote = Remote("drop", "sftp", {"host": "h", "user": "u", "pass": password})
    _, settings, reason = only_entry(plan_for(secret("drop-bucket-params", CONFIG_PARAM.write(remote))))
    assert reason is None
    assert (settings["obscured"], settings["parameters"]["pass"]) == (True, password)


def test_a_registry_becomes_the_plainest_entry_that_writes_the_same_bytes() -> None:
    def registry(auths: Any) -> dict[str, Any]:
        text = json.dumps({"auths": auths}, separators=(",", ":"))
        manifest = secret("ghcr", {".dockerconfigjson": text}, labels=REGISTRY)
        return manifest | {"type": "kubernetes.io/dockerconfigjson"}

    login = {"auth": "Ym90OnB3"}
    kind, settings, _ = only_entry(plan_for(registry({"ghcr.io": login})))
    assert (kind, settings["server"], settings["username"], settings["password"]) == (
        "registries",
        "ghcr.io",
        "bot",
        "pw",
    )
    kind, settings, _ = only_entry(plan_for(registry({"ghcr.io": login, "quay.io": login})))
    assert (kind, "dockerConfigJson" in settings) == ("registries", True)
    kind, settings, reason = only_entry(
        plan_for(registry({"ghcr.io": {"username": "bot", "password": "pw"}}))
    )
    assert (kind, settings["kind"]) == ("secrets", "registry")
    assert reason == "its JSON has a different layout, or holds more than logins"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (
            "minio-bucket",
            ENV_VAR.write(Remote("minio", "s3", S3)),
            "a typed entry would name it minio-bucket-envvars",
        ),
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
        (
            "x",
            {"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "s3"},
            "does not describe exactly one rclone remote",
        ),
    ],
)
def test_a_secret_that_no_typed_entry_writes_becomes_a_raw_entry_with_the_reason(
    name: str, data: Mapping[str, str], reason: str
) -> None:
    kind, settings, raw_reason = only_entry(plan_for(secret(name, data, labels=BUCKET)))
    assert (kind, settings["name"], settings["data"]) == ("secrets", name, data)
    assert reason in (raw_reason or "")
    assert CANARY not in (raw_reason or "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"metadata": {"labels": BUCKET | {"app.kubernetes.io/managed-by": "Helm"}}}, "Helm created it"),
        ({"metadata": {"annotations": {"argocd.argoproj.io/tracking-id": "x"}}}, "Argo CD created it"),
        (
            {"metadata": {"ownerReferences": [{"kind": "ExternalSecret", "name": "x"}]}},
            "ExternalSecret x owns it",
        ),
        ({"metadata": {"labels": OURS}}, "another Pulumi stack created it"),
        ({"metadata": {"annotations": {"backup": f"was {CANARY}"}}}, "annotation backup repeats a value"),
        ({"metadata": {"deletionTimestamp": "now"}}, "it is being deleted"),
        ({"immutable": True}, "it is immutable"),
        ({"type": "example.com/bucket"}, "its type is example.com/bucket"),
        ({"data": {"KEY": "/w=="}}, "not UTF-8 text: KEY"),
        ({"data": {}}, "it has no data"),
        ({"data": {"1A": "eA=="}}, "data must contain a key that is the name of an environment variable"),
    ],
)
def test_a_secret_that_a_stack_must_not_adopt_is_skipped_with_the_reason(change: Any, reason: str) -> None:
    manifest = s3()
    manifest |= {**change, "metadata": manifest["metadata"] | change.get("metadata", {})}
    plan = plan_for(manifest)
    assert plan.is_empty
    [skip_reason] = plan.skipped.values()
    assert reason in skip_reason
    assert CANARY not in skip_reason


def test_a_declared_secret_is_adopted_without_a_new_entry() -> None:
    adopted = plan_for(s3(), settings={"buckets": [ENTRY]})
    assert (adopted.entries, [adoption.name for adoption in adopted.adoptions]) == ([], [NAME])


def test_a_declared_secret_in_the_state_is_present() -> None:
    present = plan_for(s3(), settings={"buckets": [ENTRY]}, in_state=(NAME,))
    assert (present.is_empty, present.present, present.settings) == (True, [NAME], {})


def test_a_secret_in_the_state_that_is_not_declared_gets_an_entry_and_is_not_adopted_again() -> None:
    kept = plan_for(s3(), in_state=(NAME,))
    assert ([entry.name for entry in kept.entries], kept.adoptions) == (["models"], [])
    assert kept.settings == {"kubernetes:context": "dev"}


def test_a_secret_that_is_declared_with_different_data_is_skipped() -> None:
    different = plan_for(s3(secret_access_key="another"), settings={"buckets": [ENTRY]})
    assert "buckets[0] of the stack declares it with different data" in different.skipped[NAME]


def test_a_secret_of_another_resource_of_the_stack_is_skipped() -> None:
    elsewhere = plan_for(s3(), declared_elsewhere=(NAME,))
    assert elsewhere.skipped == {NAME: "another resource of the stack already manages it"}


def test_the_other_format_of_a_declared_remote_gets_an_entry() -> None:
    beside = plan_for(params(), settings={"buckets": [ENTRY]}, in_state=(NAME,))
    assert beside.entries[0].settings["formats"] == ["config_param"]


@pytest.mark.parametrize("settings", [{"bucketz": []}, {"buckets": {}}, {"buckets": None}])
def test_invalid_settings_of_the_stack_are_an_error(settings: Any) -> None:
    with pytest.raises(InvalidArguments, match="bucket"):
        plan_for(s3(), settings=settings)


def test_an_entry_does_not_repeat_the_format_label() -> None:
    manifest = s3()
    manifest["metadata"]["labels"] = BUCKET | {"format": "env-var"}
    label = FormatLabel("format", "env-var", "config-param")
    _, settings, _ = only_entry(plan_for(manifest, format_label=label))
    assert "labels" not in settings


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("storage", {"RCLONE_CONFIG_MY_MINIO_TYPE": "s3", "RCLONE_CONFIG_MY_MINIO_ENV_AUTH": "true"}),
        ("my_minio-bucket-envvars", {"RCLONE_CONFIG_MY_MINIO_TYPE": "s3"}),
        (
            "m-bucket-envvars",
            {"RCLONE_CONFIG_M_TYPE": "s3", "RCLONE_CONFIG_M_ENV_AUTH": "true", "AWS_REGION": "x"},
        ),
        (
            "m-bucket-envvars",
            {"RCLONE_CONFIG_M_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "b2", "RCLONE_VERBOSE": "1"},
        ),
        ("m-bucket-envvars", {"RCLONE_CONFIG_M_TYPE": "s3", "RCLONE_CONFIG_PASS": CANARY}),
        ("m-bucket-envvars", {"RCLONE_CONFIG_M_TYPE": "s3", "1-note": "x"}),
    ],
)
def test_a_secret_of_rclone_is_no_custom_initializers(name: str, data: dict[str, str]) -> None:
    (entry,) = plan_for(secret(name.replace("_", "-"), data, labels=BUCKET)).entries
    assert (entry.kind, entry.settings["data"]) == ("secrets", data)
    assert CANARY not in (entry.raw_reason or "")


def test_a_secret_with_an_option_that_a_target_of_the_stack_lacks_becomes_a_raw_entry() -> None:
    newer = s3(use_arn_region="true")  # since rclone 1.71
    assert only_entry(plan_for(newer, settings={"targets": ["rclone:1.71"]}))[0] == "buckets"
    kind, _, reason = only_entry(plan_for(newer, settings={"targets": ["core1:1.18.2"]}))
    assert kind == "secrets"
    assert reason == (
        "a typed entry rejects it: parameters.use_arn_region requires rclone 1.71.0 or later; core1:1.18.2 has"
        " rclone 1.64.2"
    )
