"""Settings of a stack expand to one declaration for each Secret and namespace."""

from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.stack.entry import plaintext
from seldon_secrets_pulumi.stack.expansion import DeclaredSecret, declared_secrets, secrets_of_stack
from tests.support.canaries import CANARY
from tests.support.keys import key_file

S3: dict[str, Any] = {
    "remote": "models",
    "type": "s3",
    "accessKeyId": "AKIA",
    "secretAccessKey": CANARY,
}
GHCR: dict[str, Any] = {"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}


def declared(folder: Path = Path(), **settings: Any) -> list[DeclaredSecret]:
    return declared_secrets({"namespaces": ["team-a"]} | settings, folder, FormatLabel())


def problems(**settings: Any) -> list[str]:
    with pytest.raises(InvalidArguments) as invalid:
        declared(**settings)
    assert CANARY not in str(invalid.value)
    return [str(it) for it in invalid.value.problems]


def test_every_secret_in_every_namespace() -> None:
    found = declared(
        namespaces=["team-a", "team-b"],
        buckets=[S3],
        registries=[GHCR | {"namespaces": ["team-c"]}],
    )
    assert [str(it) for it in found] == [
        "team-a/models-bucket-envvars",
        "team-a/models-bucket-params",
        "team-b/models-bucket-envvars",
        "team-b/models-bucket-params",
        "team-c/ghcr",
    ]
    assert found[0].data == found[2].data
    assert found[0].data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"] == CANARY
    assert (found[0].type, found[4].type) == ("Opaque", "kubernetes.io/dockerconfigjson")


def test_defaults_and_what_an_entry_says_of_its_own() -> None:
    plain, own = declared(
        formats=["env_var"],
        labels={"team": "a", "tier": "x"},
        buckets=[
            S3,
            S3 | {"remote": "other", "formats": ["config_param"], "labels": {"team": "b"}},
        ],
    )
    assert (plain.name, own.name) == ("models-bucket-envvars", "other-bucket-params")
    assert plain.labels["team"] == "a"
    assert (own.labels["team"], own.labels["tier"]) == ("b", "x")
    assert own.labels["bucket-secret-format"] == "config_param"


def test_rclone_types_take_parameters() -> None:
    webdav = {
        "remote": "files",
        "type": "webdav",
        "parameters": {"url": "https://files.example.com", "vendor": "other", "user": "u", "pass": CANARY},
    }
    env_var, _ = declared(buckets=[webdav])
    assert env_var.data["RCLONE_CONFIG_FILES_TYPE"] == "webdav"
    assert CANARY not in str(env_var.data)


@pytest.mark.parametrize("type_", ["gcs", "google cloud storage"])
def test_credentials_by_reference(type_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sa.json").write_text(key_file() + "\n")
    monkeypatch.setenv("THE_KEY", CANARY)
    gcs, _, s3, _, webdav, _ = declared(
        tmp_path,
        buckets=[
            {"remote": "gcs", "type": type_, "credentials": {"file": "sa.json"}},
            S3 | {"secretAccessKey": {"env": "THE_KEY"}},
            {
                "remote": "files",
                "type": "webdav",
                "parameters": {"url": "https://files.example.com", "bearer_token": {"env": "THE_KEY"}},
            },
        ],
    )
    assert "private_key" in gcs.data["RCLONE_CONFIG_GCS_SERVICE_ACCOUNT_CREDENTIALS"]
    assert s3.data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"] == CANARY
    assert webdav.data["RCLONE_CONFIG_FILES_BEARER_TOKEN"] == CANARY


def test_all_problems_at_once_with_the_path_of_the_entry() -> None:
    found = problems(
        buckets=[
            {"remote": "Models", "type": "s3", "acessKeyId": "AKIA", "secretAccessKey": f"{CANARY} "},
            {"remote": "b", "type": "gcs", "credentials": {"file": "missing.json"}},
            {"remote": "c", "type": "s33"},
            {"remote": "d", "type": "s3", "accessKeyId": {"evn": "X"}, "secretAccessKey": {"env": "NO_SUCH"}},
            {"remote": "e", "type": "webdav", "parameters": {"urll": CANARY}, "namespaces": ["A"]},
            CANARY,
            {"remote": "f"},
        ],
        registries=[{"name": "ghcr", "server": "ghcr.io", "username": "bot"}],
    )
    assert [it.partition(": ")[0] for it in found] == [
        "buckets[0].acessKeyId",
        "buckets[0].remote",
        "buckets[0].secretAccessKey",
        "buckets[1].credentials",
        "buckets[2].type",
        "buckets[3].accessKeyId",
        "buckets[3].secretAccessKey",
        "buckets[4].namespaces[0]",
        "buckets[4].parameters.urll",
        "buckets[4].parameters.url",
        "buckets[5]",
        "buckets[6].type",
        "registries[0].password",
    ]
    texts = "\n".join(found)
    assert "did you mean accessKeyId" in texts
    assert "did you mean env?" in texts
    assert "the file missing.json does not exist" in texts
    assert "the environment variable NO_SUCH is not set" in texts
    assert "is required unless dockerConfigJson is set" in texts


def test_rules_name_the_settings_not_the_arguments() -> None:
    assert problems(buckets=[{"remote": "a", "type": "s3"}]) == [
        "buckets[0].accessKeyId: is required unless envAuth or anonymous is true",
        "buckets[0].secretAccessKey: is required unless envAuth or anonymous is true",
    ]


def test_two_entries_for_one_secret() -> None:
    assert problems(buckets=[S3, S3 | {"formats": ["env_var"]}]) == [
        "buckets[1]: buckets[0] already declares the Secret team-a/models-bucket-envvars"
    ]
    assert problems(registries=[GHCR, GHCR | {"namespaces": ["b", "team-a"]}]) == [
        "registries[1]: registries[0] already declares the Secret team-a/ghcr"
    ]


def test_settings_that_do_not_exist_or_have_another_shape() -> None:
    assert problems(bucket=[S3], registries={"ghcr": GHCR}) == [
        "bucket: is not a setting; did you mean buckets?",
        "registries: must be a list",
    ]
    assert problems(namespaces=[], buckets=[S3]) == [
        "buckets[0].namespaces: must be a list of at least one namespace"
    ]
    assert problems(formats=["env-var"], buckets=[S3]) == [
        "buckets[0].formats: 'env-var' is not a format; did you mean env_var?"
    ]


def test_the_representation_holds_no_credential() -> None:
    assert CANARY not in repr(declared(buckets=[S3], registries=[GHCR]))


def test_credentials_in_plain_text_are_found() -> None:
    assert plaintext("buckets", S3) == ["secretAccessKey"]
    assert plaintext("buckets", S3 | {"secretAccessKey": {"secure": "v1:x"}}) == []
    assert plaintext("buckets", S3 | {"secretAccessKey": {"env": "X"}}) == []
    parameters = {"user": "u", "pass": "p", "bearer_token": {"secure": "v1:x"}, "url": "https://x"}
    assert plaintext("buckets", {"type": "webdav", "parameters": parameters}) == ["parameters.pass"]
    assert plaintext("registries", GHCR) == ["password"]
    assert plaintext("buckets", {"type": "azureblob", "account": "a", "key": CANARY}) == ["key"]
    assert plaintext("buckets", {"type": "initializer", "env": {"TOKEN": CANARY, "B": {"env": "B"}}}) == [
        "env.TOKEN"
    ]
    # As `pulumi config set --path` wants it.
    dotted = {"type": "initializer", "env": {"token.txt": CANARY}}
    assert plaintext("buckets", dotted) == ['env["token.txt"]']


def test_an_initializer_has_variables_and_one_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_TOKEN", CANARY)
    custom = {
        "remote": "my-own",
        "type": "initializer",
        "env": {"TOKEN": {"env": "THE_TOKEN"}, "env": "prod"},
    }
    (found,) = declared(formats=["config_param"], buckets=[custom])
    assert (found.name, found.data) == ("my-own-bucket-envvars", {"TOKEN": CANARY, "env": "prod"})
    assert found.rclone_variables_of is None
    assert "did you mean env" in problems(buckets=[custom | {"envs": {}}])[0]


def test_one_pass_over_fields_conflicts_and_options_of_rclone() -> None:
    found = problems(
        labels=[],
        bucketz=[],
        buckets=[
            {
                "remote": "A",
                "type": "s3",
                "endpoint": "x",
                "secretAccessKey": CANARY,
                "parameters": {"acl_": "x"},
            },
            {"remote": "B", "type": "s33", "namespaces": ["C"], "anything": CANARY},
            {
                "remote": "d",
                "type": "gcs",
                "credentials": {"env": "NO_SUCH"},
                "anonymous": True,
                "envAuth": True,
            },
            {"remote": "e", "type": "webdav", "parameters": {"url": {"env": "NO_SUCH"}, "vendr": CANARY}},
        ],
        registries=[{"name": "R", "server": "ghcr.io", "pasword": CANARY}],
        secrets=[{"name": "s", "kind": "bucket", "data": {"1": CANARY}, "annotations": {"a b": "x"}}],
    )
    expected = [
        "labels: must be a mapping",
        "bucketz: is not a setting; did you mean buckets?",
        "buckets[0].remote: must be 1 to 30 lowercase letters",
        "buckets[0].endpoint: must start with https:// or http://",
        "buckets[0].accessKeyId: is required unless envAuth or anonymous is true",
        "buckets[0].parameters.acl_: is spelled acl here",
        "buckets[1].type: is not a type of rclone",
        "buckets[1].namespaces[0]: must be the name of a namespace",
        "buckets[1].remote: must be 1 to 30 lowercase letters",
        "buckets[2].credentials: the environment variable NO_SUCH is not set",
        "buckets[2]: exactly one of credentials, anonymous: true and envAuth: true is required",
        "buckets[3].parameters.url: the environment variable NO_SUCH is not set",
        "buckets[3].parameters.vendr: is not an option of webdav",
        "registries[0].pasword: is not a setting here; did you mean password?",
        "registries[0].name: must be 1 to 30 lowercase letters",
        "registries[0].username: is required unless dockerConfigJson is set",
        "secrets[0].annotations: 'a b' must be 1 to 63 letters",
        "secrets[0].format: is required for a bucket; valid are config_param, env_var",
    ]
    assert [problem[: len(start)] for problem, start in zip(found, expected, strict=True)] == expected


def test_a_broken_setting_for_all_entries_is_reported_once() -> None:
    assert problems(namespaces="team", buckets=[S3]) == ["namespaces: must be a list"]


def test_a_misspelled_setting_is_not_missing_too() -> None:
    assert problems(namespaces=None, registries=[]) == ["namespaces: must be a list"]
    misspelled = {"remot": "a", "type": "gcs", "anonymous": True, "namespace": ["a"]}
    with pytest.raises(InvalidArguments) as invalid:
        declared_secrets({"buckets": [misspelled]}, Path(), FormatLabel())
    assert [problem.argument for problem in invalid.value.problems] == [
        "buckets[0].remot",
        "buckets[0].namespace",
    ]


def test_the_format_label_hides_no_entry() -> None:
    with pytest.raises(InvalidArguments) as invalid:
        secrets_of_stack(
            {"formatLabelKey": "a b", "namespaces": ["a"], "buckets": [S3 | {"remote": "B"}]}, Path()
        )
    assert [problem.argument for problem in invalid.value.problems] == ["formatLabelKey", "buckets[0].remote"]


def test_the_spelling_of_settings_is_not_that_of_rclones_options() -> None:
    # `access_key_id` is the name of an argument too.
    assert problems(
        buckets=[S3 | {"parameters": {"access-key-id": CANARY, "secret_access_key": CANARY}}]
    ) == [
        "buckets[0].parameters.secret_access_key: use the argument secretAccessKey instead",
        "buckets[0].parameters.access-key-id: is spelled access_key_id here",
    ]


@pytest.mark.parametrize(
    ("shared", "own", "is_matched"),
    [
        ({}, {}, False),
        ({}, {"reloader": True}, True),
        ({}, {"reloader": "true"}, True),
        ({"reloader": True}, {}, True),
        # `pulumi config set` writes text.
        ({"reloader": "true"}, {}, True),
        ({"reloader": "false"}, {}, False),
        ({"reloader": True}, {"reloader": False}, False),
        ({"reloader": True}, {"reloader": "false"}, False),
    ],
)
def test_reloader_for_all_buckets_or_one(
    shared: dict[str, Any], own: dict[str, Any], is_matched: bool
) -> None:
    env_var, config_param = declared(buckets=[S3 | own | {"annotations": {"owner": "us"}}], **shared)
    matched = {"reloader.stakater.com/match": "true"} if is_matched else {}
    assert env_var.annotations == {"owner": "us"} | matched
    assert config_param.annotations == {"owner": "us"}


def test_reloader_leaves_secrets_alone_that_no_pod_reads_as_variables_or_that_are_raw() -> None:
    raw = {"name": "raw", "kind": "bucket", "format": "env_var", "data": {"KEY": "value"}}
    secrets = declared(reloader=True, registries=[GHCR], secrets=[raw])
    assert [dict(secret.annotations) for secret in secrets] == [{}, {}]


def test_reloader_of_an_entry_that_is_not_a_boolean() -> None:
    assert problems(reloader=True, buckets=[S3 | {"reloader": "perhaps"}]) == [
        "buckets[0].reloader: must be a boolean"
    ]
    assert problems(registries=[GHCR | {"reloader": True}]) == [
        "registries[0].reloader: is not a setting here; valid are annotations, dockerConfigJson, email, labels, name, namespaces, password, protect, server, username"
    ]


def test_an_annotation_of_an_entry_that_contradicts_reloader() -> None:
    annotations = {"reloader.stakater.com/ignore": "true"}
    assert problems(reloader=True, buckets=[S3 | {"annotations": annotations}]) == [
        "buckets[0].annotations.reloader.stakater.com/ignore: contradicts reloader; remove one of them"
    ]


def test_a_password_without_quotes_is_a_credential_too_and_a_host_is_none() -> None:
    parameters = {"host": "h", "user": "u", "pass": 1234567}
    assert plaintext("buckets", {"type": "sftp", "parameters": parameters}) == ["parameters.pass"]
    assert plaintext("registries", GHCR | {"password": 42}) == ["password"]


def test_a_setting_that_yaml_read_as_a_number_must_be_quoted() -> None:
    assert problems(buckets=[S3 | {"secretAccessKey": 1234}]) == [
        "buckets[0].secretAccessKey: must be a string; put the value in quotes"
    ]


WEBDAV: dict[str, Any] = {
    "remote": "files",
    "type": "webdav",
    "parameters": {"url": "https://files", "auth_redirect": True},  # since rclone 1.69
}
NOT_IN_CORE1 = "parameters.auth_redirect: requires rclone 1.69.0 or later; core1:1.18.2 has rclone 1.64.2"


def test_targets_of_all_entries_and_of_one() -> None:
    assert problems(targets=["core1:1.18.2", "core2:2.10"], buckets=[S3, WEBDAV]) == [
        f"buckets[1].{NOT_IN_CORE1}"
    ]
    assert problems(buckets=[S3, WEBDAV | {"targets": ["core1:1.18.2"]}]) == [f"buckets[1].{NOT_IN_CORE1}"]
    assert declared(targets=["core1:1.18.2"], buckets=[WEBDAV | {"targets": ["core2:2.10"]}])
    assert declared(targets=["core1:1.18.2"], buckets=[WEBDAV | {"targets": []}])
    assert declared(targets=["core1:1.18.2"], registries=[GHCR])


def test_a_broken_target_is_reported_once() -> None:
    rule = "must be a release and its version, such as core1:1.18.2, core2:2.10 or rclone:1.71.1"
    assert problems(targets=[CANARY], buckets=[S3, WEBDAV]) == [f"targets[0]: {rule}"]
    assert problems(targets=[1.71], buckets=[S3]) == ["targets[0]: must be a string"]
    assert problems(targets="core1:1.18.2", buckets=[S3]) == ["targets: must be a list"]
    assert problems(buckets=[S3 | {"targets": ["core1"]}])[0].startswith("buckets[0].targets[0]: ")


def test_misspelled_targets() -> None:
    assert problems(target=["core1:1.18.2"], buckets=[S3]) == [
        "target: is not a setting; did you mean targets?"
    ]
    assert problems(buckets=[S3 | {"target": ["core1:1.18.2"]}])[0].startswith(
        "buckets[0].target: is not a setting here; did you mean targets"
    )
    assert problems(registries=[GHCR | {"targets": ["core1:1.18.2"]}])[0].startswith(
        "registries[0].targets: is not a setting here"
    )


def test_what_the_newest_releases_lack_is_noted_unless_there_are_targets() -> None:
    newer = S3 | {"parameters": {"use_arn_region": True}}  # since rclone 1.71
    core1, core2 = declared(buckets=[newer])
    assert core1.lacking_in_newest_release == (
        "parameters.use_arn_region: requires rclone 1.71.0 or later; core1:1.18.2 has rclone 1.64.2",
    )
    assert core2.lacking_in_newest_release == ()
    assert not any(each.lacking_in_newest_release for each in declared(buckets=[newer | {"targets": []}]))
    assert not any(
        each.lacking_in_newest_release for each in declared(targets=["core2:2.10"], buckets=[newer])
    )
    [connection] = declared(
        formats=["env_var"],
        buckets=[{"remote": "a", "type": "azureblob", "connectionString": "AccountName=a;AccountKey=YQ=="}],
    )
    assert connection.lacking_in_newest_release[0].startswith("connectionString: requires rclone 1.73.0")
