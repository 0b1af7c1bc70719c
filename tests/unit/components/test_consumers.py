"""What a program passes to the consumers of a Secret: references, URIs, dependencies, and Reloader's annotation."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.output import UNKNOWN, contains_unknowns
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ServiceAccount

from seldon_secrets_pulumi import (
    InitializerBucketSecret,
    InvalidDeclaration,
    RegistrySecret,
    S3BucketSecret,
    S3BucketSecretArgs,
)
from tests.support.mocked_run import RecordingMonitor, Run

MATCH = "reloader.stakater.com/match"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def bucket(name: str = "models", **args: Any) -> S3BucketSecret:
    usual: S3BucketSecretArgs = {"remote": "models", "namespace": "team", "env_auth": True}
    return S3BucketSecret(name, {**usual, **args})  # type: ignore[typeddict-item]


def registry(**args: Any) -> RegistrySecret:
    usual = {
        "secret_name": "ghcr",
        "namespace": "team",
        "server": "ghcr.io",
        "username": "b",
        "password": "c",
    }
    return RegistrySecret("runtimes", {**usual, **args})  # type: ignore[typeddict-item]


def unknown() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(UNKNOWN)


def late(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def declare_model(models: S3BucketSecret) -> CustomResource:
    return CustomResource(
        "model",
        api_version="mlops.seldon.io/v1alpha1",
        kind="Model",
        metadata={"name": "iris", "namespace": models.namespace},
        spec={"storageUri": models.uri("models/iris"), "secretName": models.config_param_secret_name},
    )


def declare_seldon_deployment(models: S3BucketSecret, runtimes: RegistrySecret) -> CustomResource:
    graph = {"modelUri": models.uri("models/iris"), "envSecretRefName": models.env_var_secret_name}
    pod = {"spec": {"imagePullSecrets": [runtimes.image_pull_secret], "containers": [{"name": "classifier"}]}}
    return CustomResource(
        "seldon-deployment",
        api_version="machinelearning.seldon.io/v1",
        kind="SeldonDeployment",
        metadata={"name": "iris", "namespace": models.namespace},
        spec={"predictors": [{"graph": graph, "componentSpecs": [pod]}]},
    )


def declare_deployment(models: S3BucketSecret, runtimes: RegistrySecret) -> Deployment:
    return Deployment(
        "deployment",
        spec={
            "selector": {"match_labels": {"app": "batch"}},
            "template": {
                "metadata": {"labels": {"app": "batch"}},
                "spec": {
                    "containers": [{"name": "batch", "env_from": [models.env_from]}],
                    "image_pull_secrets": [runtimes.image_pull_secret],
                },
            },
        },
    )


def test_a_model_and_a_seldon_deployment_depend_on_the_secrets_that_they_name(run: Run) -> None:
    def program() -> None:
        models, runtimes = bucket(), registry()
        declare_model(models)
        declare_seldon_deployment(models, runtimes)

    monitor = RecordingMonitor(run)
    run(program, monitor=monitor)
    both = {"models-bucket-envvars", "models-bucket-params"}
    assert monitor.dependencies("model") == both
    assert monitor.dependencies("seldon-deployment") == both | {"runtimes"}
    order = list(monitor.requests)
    assert order.index("models-bucket-params") < order.index("model")
    assert order.index("runtimes") < order.index("seldon-deployment")
    (model,) = run.of_type("kubernetes:mlops.seldon.io/v1alpha1:Model").values()
    assert model["spec"] == {"storageUri": "models://models/iris", "secretName": "models-bucket-params"}


@pytest.mark.parametrize(
    ("output", "secrets"),
    [
        (lambda models: models.config_param_secret_name, {"models-bucket-params"}),
        (lambda models: models.env_var_secret_name, {"models-bucket-envvars"}),
        (lambda models: models.env_from, {"models-bucket-envvars"}),
        (lambda models: models.uri_prefix, {"models-bucket-envvars", "models-bucket-params"}),
        (lambda models: models.uri("a"), {"models-bucket-envvars", "models-bucket-params"}),
        # What the Secret itself is made from can't depend on it.
        (lambda models: models.remote, set[str]()),
        (lambda models: models.namespace, set[str]()),
    ],
)
def test_an_output_depends_on_the_secrets_that_it_names(
    run: Run, output: Callable[[S3BucketSecret], pulumi.Output[Any]], secrets: set[str]
) -> None:
    monitor = RecordingMonitor(run)
    run(lambda: pulumi.CustomResource("a:b:Reader", "reader", {"value": output(bucket())}), monitor=monitor)
    assert monitor.dependencies("reader") == secrets


def test_the_typed_sdk_accepts_the_references_and_sends_them_as_kubernetes_spells_them(run: Run) -> None:
    def program() -> None:
        models, runtimes = bucket(), registry()
        declare_deployment(models, runtimes)
        ServiceAccount("jobs", image_pull_secrets=[runtimes.image_pull_secret])

    run(program)
    pod = run.of_type(DEPLOYMENT)["deployment"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "models-bucket-envvars"}}]
    assert pod["imagePullSecrets"] == [{"name": "ghcr"}]
    (account,) = run.of_type("kubernetes:core/v1:ServiceAccount").values()
    assert account["imagePullSecrets"] == [{"name": "ghcr"}]


def test_a_preview_knows_the_references_while_the_credentials_are_unknown(run: Run) -> None:
    def program() -> list[pulumi.Output[Any]]:
        models = bucket(env_auth=None, access_key_id=unknown(), secret_access_key=unknown())
        return [models.env_from, models.uri("a"), registry(password=unknown()).image_pull_secret]

    assert run(program, preview=True) == [
        {"secretRef": {"name": "models-bucket-envvars"}},
        "models://a",
        {"name": "ghcr"},
    ]


def test_references_to_unknown_names_are_unknown(run: Run) -> None:
    def program() -> None:
        declare_deployment(bucket(remote=unknown()), registry(secret_name=unknown()))

    run(program, preview=True)
    pod = run.of_type(DEPLOYMENT)["deployment"]["spec"]["template"]["spec"]
    assert contains_unknowns(pod["containers"][0]["envFrom"])
    assert contains_unknowns(pod["imagePullSecrets"])


def test_no_secret_for_environment_variables_means_no_env_from(run: Run) -> None:
    assert run(lambda: bucket(formats=["config_param"]).env_from) is None


def test_no_reference_is_secret(run: Run) -> None:
    def program() -> list[Any]:
        models, runtimes = bucket(), registry()
        outputs: list[pulumi.Output[Any]] = [models.env_from, models.uri("a"), runtimes.image_pull_secret]
        return [output.is_secret() for output in outputs]

    assert run(program) == [False, False, False]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("iris/v1", "models://iris/v1"),
        ("//iris", "models://iris"),
        ("", "models://"),
        ("iris:1/a b", "models://iris:1/a b"),
    ],
)
def test_the_uri_of_a_path(run: Run, path: str, uri: str) -> None:
    def program() -> list[pulumi.Output[str]]:
        models = bucket()
        return [models.uri(path), models.uri(late(path))]

    assert run(program) == [uri, uri]


def test_the_uri_of_an_unknown_path_is_unknown(run: Run) -> None:
    run(lambda: pulumi.CustomResource("a:b:Reader", "reader", {"uri": bucket().uri(unknown())}), preview=True)
    assert contains_unknowns(run.of_type("a:b:Reader")["reader"]["uri"])


@pytest.mark.parametrize("wrapped", [lambda path: path, late])
@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("models://iris", "must be a path in the remote"),
        ("s3://bucket/iris", "must be a path in the remote"),
        (None, "must be a string"),
        (7, "must be a string"),
    ],
)
def test_a_path_that_would_make_a_wrong_uri(
    run: Run, path: Any, rule: str, wrapped: Callable[[Any], Any]
) -> None:
    with pytest.raises(InvalidDeclaration, match=f'^S3BucketSecret "models", uri: path: {rule}'):
        run(lambda: bucket().uri(wrapped(path)))


@pytest.mark.parametrize("switch", [lambda: True, lambda: late(True)])
@pytest.mark.parametrize("annotations", [dict, lambda: {"owner": "us"}, lambda: late({"owner": "us"})])
def test_reloader_matches_only_the_secret_that_pods_read(
    run: Run, switch: Callable[[], Any], annotations: Callable[[], Any]
) -> None:
    run(lambda: bucket(reloader=switch(), annotations=annotations()))
    env_var, config_param = (
        run.secrets()[f"models-bucket-{kind}"]["metadata"]["annotations"] for kind in ("envvars", "params")
    )
    assert env_var[MATCH] == "true"
    assert MATCH not in config_param
    assert "seldon-secrets.pulumi/stack" in env_var
    if annotations is not dict:
        assert (env_var["owner"], config_param["owner"]) == ("us", "us")


@pytest.mark.parametrize("switch", [lambda: None, lambda: False, lambda: late(False)])
def test_without_reloader_there_is_no_annotation(run: Run, switch: Callable[[], Any]) -> None:
    run(lambda: bucket(reloader=switch()))
    assert all(MATCH not in each["metadata"]["annotations"] for each in run.secrets().values())


def test_reloader_matches_the_secret_of_a_custom_initializer(run: Run) -> None:
    run(
        lambda: InitializerBucketSecret(
            "artifacts", {"remote": "artifacts", "namespace": "team", "env": {"A": "b"}, "reloader": True}
        )
    )
    (secret,) = run.secrets().values()
    assert secret["metadata"]["annotations"][MATCH] == "true"


def test_an_unknown_switch_for_reloader_leaves_the_name_known(run: Run) -> None:
    run(lambda: bucket(reloader=unknown()), preview=True)
    metadata = run.secrets()["models-bucket-envvars"]["metadata"]
    assert metadata["name"] == "models-bucket-envvars"
    assert contains_unknowns(metadata["annotations"])


@pytest.mark.parametrize(
    "annotations", [{MATCH: "false"}, {MATCH: "True"}, {"reloader.stakater.com/ignore": "true"}]
)
def test_annotations_that_contradict_reloader(run: Run, annotations: dict[str, str]) -> None:
    (key,) = annotations
    with pytest.raises(InvalidDeclaration, match=f"annotations.{key}: contradicts reloader"):
        run(lambda: bucket(reloader=True, annotations=annotations))
    run(lambda: bucket(annotations=annotations))


def test_an_annotation_that_agrees_with_reloader(run: Run) -> None:
    run(lambda: bucket(reloader=True, annotations={MATCH: "true"}))


@pytest.mark.parametrize("reloader", ["true", 1, ["true"]])
def test_reloader_must_be_a_boolean(run: Run, reloader: Any) -> None:
    with pytest.raises(InvalidDeclaration, match="reloader: must be a boolean"):
        run(lambda: bucket(reloader=reloader))
