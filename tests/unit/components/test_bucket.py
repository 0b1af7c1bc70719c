"""The bucket components: their Secrets, outputs, previews, warnings and problems."""

import base64
import json
import logging
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from pulumi.output import UNKNOWN, contains_unknowns

from seldon_secrets_pulumi import (
    AzureBlobBucketSecret,
    GcsBucketSecret,
    InitializerBucketSecret,
    InvalidDeclaration,
    RcloneBucketSecret,
    RegistrySecret,
    S3BucketSecret,
    S3BucketSecretArgs,
)
from tests.support.canaries import CANARY
from tests.support.mocked_run import Run
from tests.support.pulumi_wire import secret_value


def s3(name: str = "models", opts: pulumi.ResourceOptions | None = None, **args: Any) -> S3BucketSecret:
    given: S3BucketSecretArgs = {
        "remote": "models",
        "namespace": "team",
        "access_key_id": "AKIA",
        "secret_access_key": pulumi.Output.secret(CANARY),
    }
    return S3BucketSecret(name, {**given, **args}, opts)  # type: ignore[typeddict-item]


def unknown() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(UNKNOWN)


def test_both_secrets_as_the_api_server_gets_them(run: Run) -> None:
    run(s3)
    labels = {"secret-type": "bucket", "seldon-deploy": "true", "app.kubernetes.io/managed-by": "pulumi"}
    annotations = {
        "pulumi.com/patchFieldManager": "seldon-secrets/project/stack",
        "seldon-secrets.pulumi/stack": "project/stack",
    }
    env_var, config_param = run.secrets()["models-bucket-envvars"], run.secrets()["models-bucket-params"]
    assert env_var["type"] == config_param["type"] == "Opaque"
    assert env_var["metadata"] == {
        "name": "models-bucket-envvars",
        "namespace": "team",
        "labels": {**labels, "bucket-secret-format": "env_var"},
        "annotations": annotations,
    }
    assert config_param["metadata"] == {
        "name": "models-bucket-params",
        "namespace": "team",
        "labels": {**labels, "bucket-secret-format": "config_param"},
        "annotations": annotations,
    }
    assert "stringData" not in env_var
    data = {key: base64.b64decode(value).decode() for key, value in secret_value(env_var["data"]).items()}
    assert data == {
        "RCLONE_CONFIG_MODELS_ACCESS_KEY_ID": "AKIA",
        "RCLONE_CONFIG_MODELS_ENV_AUTH": "false",
        "RCLONE_CONFIG_MODELS_PROVIDER": "AWS",
        "RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY": CANARY,
        "RCLONE_CONFIG_MODELS_TYPE": "s3",
    }
    (value,) = secret_value(config_param["data"]).values()
    assert base64.b64decode(value).decode() == (
        '{"name":"models","parameters":{"access_key_id":"AKIA","env_auth":"false","provider":"AWS",'
        f'"secret_access_key":"{CANARY}"}},"type":"s3"}}'
    )


def test_data_is_secret_even_when_no_argument_was(run: Run) -> None:
    run(lambda: s3(secret_access_key="plain"))
    for inputs in run.secrets().values():
        secret_value(inputs["data"])


def test_the_component_itself_carries_no_argument(run: Run) -> None:
    run(s3)
    assert run.of_type("seldon-secrets:index:S3BucketSecret") == {"models": {}}


def test_outputs_of_a_bucket_component(run: Run) -> None:
    def program() -> dict[str, Any]:
        bucket, other = s3(), s3("other", secret_access_key="different", namespace="team-b")
        return {
            "names": [bucket.remote, bucket.namespace, bucket.uri_prefix],
            "secrets": [bucket.env_var_secret_name, bucket.config_param_secret_name],
            "uris": [bucket.uri("iris/v1"), bucket.uri("/iris/v1")],
            "checksums": [bucket.checksum, other.checksum],
            "secrecy": [bucket.checksum.is_secret(), bucket.uri("x").is_secret(), bucket.remote.is_secret()],
        }

    outputs = run(program)
    assert outputs["names"] == ["models", "team", "models://"]
    assert outputs["secrets"] == ["models-bucket-envvars", "models-bucket-params"]
    assert outputs["uris"] == ["models://iris/v1", "models://iris/v1"]
    assert len(set(outputs["checksums"])) == 2
    assert outputs["secrecy"] == [True, False, False]


@pytest.mark.parametrize(
    ("formats", "secrets", "outputs"),
    [
        (["env_var"], {"models-bucket-envvars"}, ["models-bucket-envvars", None]),
        (["config_param"], {"models-bucket-params"}, [None, "models-bucket-params"]),
        (
            None,
            {"models-bucket-envvars", "models-bucket-params"},
            ["models-bucket-envvars", "models-bucket-params"],
        ),
    ],
)
def test_formats_select_the_secrets_and_outputs(
    run: Run, formats: Any, secrets: set[str], outputs: list[str | None]
) -> None:
    def program() -> list[pulumi.Output[Any]]:
        bucket = s3(formats=formats)
        return [bucket.env_var_secret_name, bucket.config_param_secret_name]

    assert run(program) == outputs
    assert run.secrets().keys() == secrets


def test_a_preview_with_unknown_credentials_shows_all_but_them(run: Run) -> None:
    def program() -> list[pulumi.Output[Any]]:
        bucket = s3(access_key_id=unknown())
        return [bucket.uri_prefix, bucket.env_var_secret_name]

    assert run(program, preview=True) == ["models://", "models-bucket-envvars"]
    for inputs in run.secrets().values():
        assert inputs["metadata"]["labels"]["seldon-deploy"] == "true"
        assert contains_unknowns(inputs["data"])


def test_a_preview_with_unknown_labels_shows_the_name(run: Run) -> None:
    run(lambda: s3(labels=unknown()), preview=True)
    metadata = run.secrets()["models-bucket-envvars"]["metadata"]
    assert metadata["name"] == "models-bucket-envvars"
    assert contains_unknowns(metadata["labels"])


@pytest.mark.parametrize("argument", ["remote", "namespace", "parameters", "region"])
def test_any_argument_may_be_unknown_in_a_preview(run: Run, argument: str) -> None:
    def program() -> None:
        given: dict[str, Any] = {argument: unknown()}
        s3(**given)

    run(program, preview=True)
    assert all(contains_unknowns(inputs["data"]) for inputs in run.secrets().values())


def test_formats_decide_which_secrets_there_are_and_so_are_plain(run: Run) -> None:
    with pytest.raises(InvalidDeclaration, match="formats: must be a plain list"):
        run(lambda: s3(formats=unknown()), preview=True)


def test_one_unknown_parameter_among_known_ones(run: Run) -> None:
    run(lambda: s3(parameters={"acl": "private", "storage_class": unknown()}), preview=True)
    assert all(contains_unknowns(inputs["data"]) for inputs in run.secrets().values())


def test_known_values_are_checked_in_a_preview_with_unknown_values(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(lambda: s3(access_key_id=unknown(), remote="My_Store", endpoint="minio:9000"), preview=True)
    assert [problem.argument for problem in invalid.value.problems] == ["remote", "endpoint"]


def test_what_the_rclone_of_a_target_lacks_is_a_problem_even_if_its_value_is_unknown(run: Run) -> None:
    def program() -> None:
        options = {"use_arn_region": unknown()}  # since rclone 1.71
        s3(parameters=options, targets=["core1:1.18.2", "core2:2.10"])

    with pytest.raises(InvalidDeclaration) as invalid:
        run(program, preview=True)
    assert [str(problem) for problem in invalid.value.problems] == [
        "parameters.use_arn_region: requires rclone 1.71.0 or later; core1:1.18.2 has rclone 1.64.2"
    ]


@pytest.mark.parametrize(
    "targets", [lambda: ["core2:2.10"], lambda: pulumi.Output.from_input(["core2:2.10"])]
)
def test_targets_change_nothing_in_the_secrets(run: Run, targets: Callable[[], Any]) -> None:
    run(lambda: s3(targets=targets()))
    assert set(run.secrets()) == {"models-bucket-envvars", "models-bucket-params"}
    assert "core2" not in str(run.secrets())


def test_known_items_of_a_mapping_are_checked_in_a_preview_beside_unknown_ones(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(
            lambda: s3(
                access_key_id=None,
                formats=[unknown()],
                parameters={"storage_clas": unknown(), "chunk_size": CANARY, "acl": "private"},
            ),
            preview=True,
        )
    assert CANARY not in str(invalid.value)
    assert [problem.argument for problem in invalid.value.problems] == [
        "access_key_id",
        "parameters.storage_clas",
        "parameters.chunk_size",
        "formats",
    ]


def test_broken_arguments_do_not_hide_that_the_secret_is_declared_twice(run: Run) -> None:
    def program() -> None:
        s3("first")
        s3("second", endpoint="minio:9000", formats=["env_var"])

    with pytest.raises(InvalidDeclaration) as invalid:
        run(program)
    assert [problem.argument for problem in invalid.value.problems] == ["endpoint", "remote"]


def test_every_argument_may_be_an_output(run: Run) -> None:
    run(s3)
    plain = run.secrets()

    def program() -> None:
        s3(
            remote=pulumi.Output.from_input("models"),
            namespace=pulumi.Output.from_input("team"),
            provider=pulumi.Output.from_input("aws"),
            env_auth=pulumi.Output.from_input(False),
            parameters=pulumi.Output.from_input({}),
        )

    run(program)
    assert run.secrets() == plain


def test_a_message_names_component_argument_and_rule_but_no_value(run: Run) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(lambda: s3(endpoint="minio:9000", secret_access_key=pulumi.Output.secret(f"{CANARY}\n")))
    label = 'S3BucketSecret "models": '
    white_space = "must not contain spaces or line breaks (one at the end often comes from a file or `echo`)"
    scheme = "must start with https:// or http://; without a scheme, rclone can't use it or guesses one"
    assert str(invalid.value).splitlines() == [
        f"{label}secret_access_key: {white_space}",
        f"{label}endpoint: {scheme}",
    ]
    assert isinstance(invalid.value, pulumi.RunError)


@pytest.mark.parametrize(
    "args",
    [
        {"remote": None},
        {"namespace": None},
        {"remote": 7},
        {"namespace": ["a"]},
        {"labels": "a=b"},
        {"annotations": ["a"]},
        {"parameters": "acl"},
        {"formats": "env_var"},
        {"formats": ["env_vars"]},
        {"formats": []},
        {"formats": 7},
        {"regoin": "x"},
        {"env_auth": "perhaps"},
    ],
)
def test_any_wrong_type_is_a_message_about_that_argument(run: Run, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(lambda: s3(**args))
    assert [problem.argument.partition("[")[0] for problem in invalid.value.problems] == list(args)


def test_two_declarations_of_one_secret_name_each_other(run: Run) -> None:
    def program() -> None:
        s3("first")
        GcsBucketSecret("second", {"remote": "models", "namespace": "team", "anonymous": True})

    with pytest.raises(InvalidDeclaration) as invalid:
        run(program)
    text = str(invalid.value)
    assert 'S3BucketSecret "first"' in text
    assert 'GcsBucketSecret "second"' in text
    assert "team/models-bucket-envvars" in text


def test_a_registry_secret_may_clash_with_a_bucket_secret(run: Run) -> None:
    def program() -> None:
        s3(formats=["config_param"])
        RegistrySecret(
            "pull",
            {
                "secret_name": "models-bucket-params",
                "namespace": "team",
                "server": "ghcr.io",
                "username": "bot",
                "password": "x",
            },
        )

    with pytest.raises(InvalidDeclaration, match="already declares the Secret team/models-bucket-params"):
        run(program)


def test_one_name_in_two_namespaces_or_clusters_is_two_secrets(run: Run) -> None:
    def program() -> None:
        s3("a")
        s3("b", namespace="team-b")
        s3("c", pulumi.ResourceOptions(provider=kubernetes.Provider("other-cluster")))

    run(program)
    assert len(run.secrets()) == 6


def test_one_program_does_not_know_of_another(run: Run) -> None:
    run(s3)
    run(lambda: s3("another"))


@pytest.mark.parametrize(
    ("config", "label"),
    [
        ({}, {"bucket-secret-format": "env_var"}),
        ({"formatLabelKey": "secret-format", "formatLabelEnvVar": "env-var"}, {"secret-format": "env-var"}),
        ({"formatLabelKey": ""}, {}),
    ],
)
def test_the_stack_configures_the_format_label(
    run: Run, config: dict[str, str], label: dict[str, str]
) -> None:
    run(s3, config={f"seldon-secrets:{key}": value for key, value in config.items()})
    labels = run.secrets()["models-bucket-envvars"]["metadata"]["labels"]
    own = {"secret-type", "seldon-deploy", "app.kubernetes.io/managed-by"}
    assert {key: value for key, value in labels.items() if key not in own} == label


def test_the_configured_format_label_is_reserved_and_checked(run: Run) -> None:
    config = {"seldon-secrets:formatLabelKey": "secret-format"}
    with pytest.raises(InvalidDeclaration, match="'secret-format' is set by this package"):
        run(lambda: s3(labels={"secret-format": "x"}), config=config)
    with pytest.raises(
        InvalidDeclaration, match="stack config seldon-secrets: formatLabelKey: 'a b' must be"
    ):
        run(s3, config={"seldon-secrets:formatLabelKey": "a b"})


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("seldon-secrets:formatLabelKeys", "formatLabelKeys: is not a setting; did you mean formatLabelKey"),
        (
            "seldon-secrets:format-label-key",
            "format-label-key: is not a setting; did you mean formatLabelKey",
        ),
        ("seldon-secret:formatLabelKey", "seldon-secret:formatLabelKey: is not a setting of seldon-secrets"),
        (
            "project:formatLabelKey",
            "project:formatLabelKey: is not a setting of seldon-secrets; did you mean",
        ),
    ],
)
def test_a_misspelled_format_label_is_not_ignored(run: Run, key: str, problem: str) -> None:
    with pytest.raises(InvalidDeclaration) as invalid:
        run(s3, config={key: "a", "seldon-secrets:formats": "[]", "project:labels": "mine"})
    assert str(invalid.value).startswith(f"stack config seldon-secrets: {problem}")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_a_dash_is_warned_of_once_and_only_for_environment_variables(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    def program() -> None:
        s3("a", remote="my-store")
        s3("b", remote="my-store", namespace="team-b")
        s3("c", remote="my-other-store", formats=["config_param"])

    run(program)
    (warning,) = warnings(caplog)
    assert "RCLONE_CONFIG_MY-STORE_TYPE" in warning
    assert "RCLONE_CONFIG_MY_STORE_TYPE" in warning


@pytest.mark.parametrize("setting", ["", "false"])
def test_replacement_on_rotation_is_warned_of_once(
    run: Run, caplog: pytest.LogCaptureFixture, setting: str
) -> None:
    def program() -> None:
        s3("a")
        s3("b", namespace="team-b")

    run(program, config={"kubernetes:enableSecretMutable": setting})
    (warning,) = warnings(caplog)
    assert "pulumi config set kubernetes:enableSecretMutable true" in warning


def test_no_warning_when_the_environment_or_a_provider_decides(
    run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = {"kubernetes:enableSecretMutable": ""}
    run(
        lambda: s3(
            opts=pulumi.ResourceOptions(provider=kubernetes.Provider("p", enable_secret_mutable=True))
        ),
        config=off,
    )
    monkeypatch.setenv("PULUMI_K8S_ENABLE_SECRET_MUTABLE", "true")
    run(s3, config=off)
    assert warnings(caplog) == []


def test_any_backend_of_rclone(run: Run) -> None:
    def program() -> None:
        RcloneBucketSecret(
            "files",
            {
                "remote": "files",
                "namespace": "team",
                "formats": ["config_param"],
                "type": "webdav",
                "parameters": {"url": "https://files.example.com", "pass": pulumi.Output.secret("hunter2")},
            },
        )

    run(program)
    value = secret_value(run.secrets()["files-bucket-params"]["data"])["files"]
    content = json.loads(base64.b64decode(value))
    assert content["type"] == "webdav"
    assert content["parameters"].keys() == {"url", "pass"}
    assert content["parameters"]["pass"] != "hunter2"


def test_azure_blob(run: Run) -> None:
    def program() -> None:
        AzureBlobBucketSecret(
            "models",
            {
                "remote": "models",
                "namespace": "team",
                "formats": ["env_var"],
                "account": "models",
                "key": pulumi.Output.secret("Y2FuYXJ5"),
            },
        )

    run(program)
    data = secret_value(run.secrets()["models-bucket-envvars"]["data"])
    assert {key: base64.b64decode(value).decode() for key, value in data.items()} == {
        "RCLONE_CONFIG_MODELS_ACCOUNT": "models",
        "RCLONE_CONFIG_MODELS_ENV_AUTH": "false",
        "RCLONE_CONFIG_MODELS_KEY": "Y2FuYXJ5",
        "RCLONE_CONFIG_MODELS_TYPE": "azureblob",
    }


def test_a_custom_initializer_has_one_secret_with_its_own_keys(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    def program() -> list[pulumi.Output[Any]]:
        bucket = InitializerBucketSecret(
            "models",
            {"remote": "my-store", "namespace": "team", "env": {"TOKEN": pulumi.Output.secret(CANARY)}},
        )
        return [bucket.env_var_secret_name, bucket.config_param_secret_name, bucket.uri_prefix]

    assert run(program) == ["my-store-bucket-envvars", None, "my-store://"]
    ((name, inputs),) = run.secrets().items()
    assert name == "models-bucket-envvars"
    assert inputs["metadata"]["labels"]["bucket-secret-format"] == "env_var"
    assert secret_value(inputs["data"]) == {"TOKEN": base64.b64encode(CANARY.encode()).decode()}
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    "component", [S3BucketSecret, RcloneBucketSecret, InitializerBucketSecret, RegistrySecret]
)
def test_arguments_must_be_a_mapping(run: Run, component: Any) -> None:
    def declare_output() -> Any:
        return component("models", pulumi.Output.secret({"remote": "models", "secret_access_key": CANARY}))

    with pytest.raises(InvalidDeclaration, match="args: must be a mapping, not an Output") as invalid:
        run(declare_output)
    assert CANARY not in str(invalid.value)
    with pytest.raises(InvalidDeclaration, match="args: must be a mapping of the component's arguments"):
        run(lambda: component("models", None))


def azure(**args: Any) -> AzureBlobBucketSecret:
    login = f"DefaultEndpointsProtocol=https;AccountName=models;AccountKey={base64.b64encode(CANARY.encode()).decode()}"
    values = {"remote": "models", "namespace": "team", "connection_string": login, **args}
    return AzureBlobBucketSecret("models", values)  # type: ignore[arg-type]


def test_without_targets_a_warning_names_what_the_newest_releases_lack(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    run(azure)
    lacks = "connection_string: requires rclone 1.73.0 or later"
    core1, core2 = warnings(caplog)
    assert core1.startswith(f'AzureBlobBucketSecret "models": {lacks}; core1:1.18.2 has rclone 1.64.2. ')
    assert core2.startswith(f'AzureBlobBucketSecret "models": {lacks}; core2:2.10.2 has rclone 1.71.1. ')
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    ("args", "count"), [({"targets": []}, 0), ({"targets": ["rclone:1.73"]}, 0), ({}, 2)]
)
def test_targets_replace_the_warning(
    run: Run, caplog: pytest.LogCaptureFixture, args: dict[str, Any], count: int
) -> None:
    run(lambda: azure(**args))
    assert len(warnings(caplog)) == count


def test_what_all_releases_have_needs_no_warning(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    run(s3)
    assert warnings(caplog) == []
