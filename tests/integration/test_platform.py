"""`--platform` with a stand-in of the platform, which writes real Secrets to a real API server."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from seldon_secrets_pulumi.calibration import run as run_module
from seldon_secrets_pulumi.calibration import sample
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.platform_api.errors import PlatformError
from seldon_secrets_pulumi.platform_api.platform import Platform
from seldon_secrets_pulumi.platform_api.settings import platform_settings
from tests.support.keys import self_signed_certificate
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.isolated_engine import IsolatedEngine
from .parts.seldon_platform import FORMATS, Call, SeldonPlatform, serving
from .parts.seldon_sdk import sdk_python
from .support.command import COMMAND

DONE, FAILED, NO_ANSWER = 0, 1, 2
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def platform(control_plane: ControlPlane) -> Iterator[SeldonPlatform]:
    with serving(SeldonPlatform(control_plane)) as running:
        yield running


@pytest.fixture
def namespace(control_plane: ControlPlane) -> str:
    return control_plane.create_namespace()


def run(
    platform: SeldonPlatform, *arguments: str, code: int, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command against both the platform and the cluster. No credential may appear."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "KUBECONFIG": str(platform.control_plane.kubeconfig),
        **platform.environment,
        **(env or {}),
    }
    finished = subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    printed = finished.stdout + finished.stderr
    assert finished.returncode == code, printed
    assert "Traceback" not in printed
    assert leaks(printed, platform.canaries) == []
    return finished


SPELLINGS = [
    {
        "env_var": {"bucket-secret-format": "env_var"},
        "config_param": {"bucket-secret-format": "config_param"},
    },
    {"env_var": {"secret-format": "env-var"}, "config_param": {"secret-format": "config-param"}},
    {"env_var": {"seldon.io/format": "ENV_VAR"}, "config_param": {"seldon.io/format": "CONFIG_PARAM"}},
    {"env_var": {"bucketSecretFormat": "envVar"}, "config_param": {"bucketSecretFormat": "configParam"}},
    {"env_var": {"core": "core-1"}, "config_param": {"core": "core-2"}},
    {"env_var": {}, "config_param": {"format": "config_param"}},
    {"env_var": {"format": "env_var"}, "config_param": {}},
    {"env_var": {}, "config_param": {}},
]


@pytest.mark.parametrize("labels", SPELLINGS)
def test_calibrate_finds_the_format_label_and_configures_the_stack(
    labels: dict[str, dict[str, str]],
    platform: SeldonPlatform,
    namespace: str,
    isolated_engine: IsolatedEngine,
    tmp_path: Path,
) -> None:
    platform.format_labels = labels
    (tmp_path / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)

    run(platform, "calibrate", "-n", namespace, "--set", code=DONE, cwd=tmp_path, env=isolated_engine.env)
    # The second run reads the label from the stack's configuration.
    found = run(
        platform, "calibrate", "-n", namespace, "-o", "json", code=DONE, cwd=tmp_path, env=isolated_engine.env
    )

    document = json.loads(found.stdout)
    key = next((key for label in labels.values() for key in label), "")
    assert document["settings"] == {
        "seldon-secrets:formatLabelKey": key,
        "seldon-secrets:formatLabelEnvVar": labels["env_var"].get(key, ""),
        "seldon-secrets:formatLabelConfigParam": labels["config_param"].get(key, ""),
    }
    assert document["differences"] == []
    assert platform.control_plane.secrets(namespace) == {}


def test_every_difference_is_named(platform: SeldonPlatform, namespace: str, tmp_path: Path) -> None:
    def write(manifest: dict[str, Any], format_name: str) -> None:
        manifest["metadata"]["annotations"] = {"seldon.io/made-by": "ui"}
        manifest["metadata"]["labels"]["team"] = "a"
        data = manifest["stringData"]
        if format_name == "env_var":
            manifest["metadata"]["name"] = manifest["metadata"]["name"].removesuffix("-envvars")
            data[next(iter(data)).rpartition("_")[0] + "_NO_CHECK_BUCKET"] = "true"
        else:
            document = json.loads(data.popitem()[1])
            document["parameters"]["env_auth"] = False
            data["rclone.json"] = json.dumps(document | {"opt": {}})

    platform.writes = write
    platform.format_labels = {name: {"format": name} for name in FORMATS}
    finished = run(platform, "calibrate", "-n", namespace, code=FAILED, cwd=tmp_path)
    remote = r"cal\w{7}"
    for pattern in (
        rf"env_var: its name is {remote}-bucket, not {remote}-bucket-envvars",
        r"env_var: it has the annotation seldon.io/made-by",
        r'env_var: it has the label team: "a", which this package does not write',
        r'env_var: it has no label bucket-secret-format; this package writes bucket-secret-format: "env_var"',
        r'env_var: it has the label format: "env_var", which this package does not write',
        r"env_var: its keys are .*NO_CHECK_BUCKET.*, not .*",
        rf"config_param: its keys are rclone.json, not {remote}",
        r"config_param: the JSON field opt is additional",
        r"config_param: the parameter env_auth is written in another way",
    ):
        assert re.search(f"^seldon-secrets: {pattern}$", finished.stderr, re.MULTILINE), (
            pattern,
            finished.stderr,
        )
    assert platform.control_plane.secrets(namespace) == {}


def test_other_secrets_stay_untouched(platform: SeldonPlatform, namespace: str, tmp_path: Path) -> None:
    core = platform.control_plane.core
    mark = sample.VARIABLES["access_key_id"]
    for name, data in {
        "models-bucket-params": {"models": "{}"},
        "cal0123456-bucket-params": {"cal0123456": "somebody's own"},  # the name alone is not enough
        "models-bucket-envvars": {"RCLONE_CONFIG_MODELS_ACCESS_KEY_ID": mark},  # nor is the content
        "cal1234567-bucket-params": {"cal1234567": mark},  # of a calibration that may still run
    }.items():
        metadata = client.V1ObjectMeta(name=name)
        core.create_namespaced_secret(namespace, client.V1Secret(metadata=metadata, string_data=data))
    before = {name: each.metadata for name, each in platform.control_plane.secrets(namespace).items()}
    run(platform, "calibrate", "-n", namespace, code=DONE, cwd=tmp_path)
    assert {name: each.metadata for name, each in platform.control_plane.secrets(namespace).items()} == before


def test_leftovers_of_a_killed_calibration_are_recognized(
    platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    """The API server sets the time of creation, so the rule is tested with a later clock."""
    reached, proceed = threading.Event(), threading.Event()

    def kill(call: Call) -> None:
        if call.query.get("format") == "config_param":
            reached.set()
            proceed.wait(30)

    platform.before = kill
    process = subprocess.Popen(
        [COMMAND, "calibrate", "-n", namespace],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "KUBECONFIG": str(platform.control_plane.kubeconfig),
            **platform.environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert reached.wait(60)
    process.kill()
    process.wait()
    proceed.set()
    while len(platform.control_plane.secrets(namespace)) < len(FORMATS):
        time.sleep(0.1)  # until the stand-in has finished its request

    cluster = Cluster(kubeconfig=str(platform.control_plane.kubeconfig))
    left = list(cluster.secrets([namespace], lambda _: None))
    assert left
    now = datetime.now(timezone.utc)
    assert not any(sample.is_leftover(each, now) for each in left)
    assert all(sample.is_leftover(each, now + timedelta(minutes=11)) for each in left)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stopped_format", list(FORMATS))
def test_a_stopped_calibration_leaves_nothing_behind(
    stop: signal.Signals, stopped_format: str, platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    reached, proceed = threading.Event(), threading.Event()

    def wait(call: Call) -> None:
        if call.query.get("format") == stopped_format and call.method == "POST":
            reached.set()
            proceed.wait(30)

    platform.before = wait
    process = subprocess.Popen(
        [COMMAND, "calibrate", "-n", namespace],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "KUBECONFIG": str(platform.control_plane.kubeconfig),
            **platform.environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert reached.wait(60)
    process.send_signal(stop)
    proceed.set()
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == FAILED, printed
    assert "interrupted" in printed
    assert "Traceback" not in printed
    assert platform.control_plane.secrets(namespace) == {}


def test_a_failed_creation_leaves_nothing_behind(
    platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    def fail_after_the_first(call: Call) -> None:
        if call.method == "POST":
            platform.answers["POST"] = (500, b'{"code": 13, "message": "no"}')
            platform.answers.pop("POST") if call.query["format"] == "env_var" else None

    platform.before = fail_after_the_first
    finished = run(platform, "calibrate", "-n", namespace, code=NO_ANSWER, cwd=tmp_path)
    assert f"could not create secrets in the namespace {namespace}: it answered 500" in finished.stderr
    assert platform.control_plane.secrets(namespace) == {}


def test_secrets_that_can_not_be_deleted_are_named(
    platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    platform.answers["DELETE"] = (500, b"{}")
    finished = run(platform, "calibrate", "-n", namespace, code=FAILED, cwd=tmp_path)
    names = sorted(platform.control_plane.secrets(namespace))
    assert len(names) == 2
    for name in names:
        assert name in finished.stderr.splitlines()[-1]
    assert f"kubectl delete secret -n {namespace} " in finished.stderr


@pytest.mark.parametrize(
    ("permissions", "needed"),
    [
        ([], "read on namespace/{0}, write on namespace/{0}"),
        ([{"action": "read", "resource": "namespace/*"}], "write on namespace/{0}"),
    ],
)
def test_missing_permissions_are_named_before_anything_is_written(
    permissions: list[dict[str, str]], needed: str, platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    platform.permissions = permissions
    finished = run(platform, "calibrate", "-n", namespace, code=NO_ANSWER, cwd=tmp_path)
    assert finished.stderr == (
        f"seldon-secrets: the policies of {platform.url} do not permit you to calibrate: you need"
        f" {needed.format(namespace)}\n"
    )
    assert not any(call.method == "POST" for call in platform.calls)


@pytest.mark.parametrize("method", ["password_grant", "client_credentials"])
@pytest.mark.parametrize("has_id_token", [True, False])
def test_seldons_own_sdk_speaks_with_the_stand_in(
    method: str, has_id_token: bool, platform: SeldonPlatform, namespace: str
) -> None:
    """The SDK is the client of the real platform: what it understands is the real protocol."""
    platform.has_id_token = has_id_token
    finished = subprocess.run(
        [sdk_python(), PROGRAMS / "seldon_sdk_client.py", namespace, method],
        env=platform.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    env_var = {
        "secretName": "models-bucket-envvars",
        "secretType": "bucket",
        "bucketSecretFormat": "env_var",
        "remoteName": "models",
    }
    config_param = {**env_var, "secretName": "models-bucket-params", "bucketSecretFormat": "config_param"}
    assert json.loads(finished.stdout) == {
        "default": [env_var],
        "config_param": [config_param],
        "search": [],
        "permissions": platform.permissions,
        "absent": 404,
    }
    assert platform.control_plane.secrets(namespace) == {}


@pytest.mark.parametrize("method", ["password_grant", "client_credentials"])
@pytest.mark.parametrize("has_id_token", [True, False])
def test_the_login_sends_what_the_sdk_sends(
    method: str, has_id_token: bool, platform: SeldonPlatform, namespace: str, tmp_path: Path
) -> None:
    platform.has_id_token = has_id_token
    subprocess.run(
        [sdk_python(), PROGRAMS / "seldon_sdk_client.py", namespace, method],
        env=platform.environment,
        check=True,
    )
    run(platform, "calibrate", "-n", namespace, "--platform-auth-method", method, code=DONE, cwd=tmp_path)
    of_sdk, ours = platform.logins
    assert ours == of_sdk


def test_a_private_ca_is_trusted_only_if_it_is_named(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    certificate, key = self_signed_certificate(tmp_path)
    with serving(SeldonPlatform(control_plane), (certificate, key)) as platform:
        refused = run(platform, "calibrate", "-n", namespace, code=NO_ANSWER, cwd=tmp_path)
        assert (
            "its certificate is not trusted (self-signed certificate); name the CA's file with --platform-ca"
            in (refused.stderr)
        )
        run(
            platform, "calibrate", "-n", namespace, "--platform-ca", str(certificate), code=DONE, cwd=tmp_path
        )


def test_a_ready_token_needs_no_login(platform: SeldonPlatform, namespace: str, tmp_path: Path) -> None:
    platform.tokens.add("a-token-that-somebody-obtained")
    env = {"SELDON_PLATFORM_ID_TOKEN": "a-token-that-somebody-obtained", "SELDON_PLATFORM_OIDC_SERVER": ""}
    run(platform, "calibrate", "-n", namespace, code=DONE, cwd=tmp_path, env=env)
    assert platform.logins == []


def test_the_platform_and_the_context_must_belong_together(
    platform: SeldonPlatform, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another namespace stands in for the same namespace of another cluster."""
    other = platform.control_plane.create_namespace()

    def elsewhere(call: Call) -> None:
        if call.path[0] == "secrets":
            call.path[1] = other

    platform.before = elsewhere
    monkeypatch.setattr(run_module, "_SECONDS_UNTIL_VISIBLE", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    cluster = Cluster(kubeconfig=str(platform.control_plane.kubeconfig))
    settings = platform_settings({}, platform.environment)
    assert settings is not None
    with (
        Platform(settings) as client_,
        pytest.raises(PlatformError, match="do --platform and --context belong"),
    ):
        run_module.calibrate(client_, cluster, namespace, lambda _: None)
    assert platform.control_plane.secrets(other) == {}


BUCKET_LABELS = {"secret-type": "bucket", "seldon-deploy": "true"}
ENV_DATA = {
    "RCLONE_CONFIG_MODELS_TYPE": "s3",
    "RCLONE_CONFIG_MODELS_PROVIDER": "AWS",
    "RCLONE_CONFIG_MODELS_ENV_AUTH": "true",
}
PARAMS_DATA = {
    "models": '{"name": "models", "type": "s3", "parameters": {"provider": "AWS", "env_auth": "true"}}'
}
DOCKER_DATA = {".dockerconfigjson": '{"auths": {"ghcr.io": {"auth": "dTpw"}}}'}


def create(
    platform: SeldonPlatform, namespace: str, name: str, data: dict[str, str], labels: Mapping[str, str]
) -> None:
    kubernetes_type = "kubernetes.io/dockerconfigjson" if data is DOCKER_DATA else "Opaque"
    metadata = client.V1ObjectMeta(name=name, labels=dict(labels))
    secret = client.V1Secret(metadata=metadata, type=kubernetes_type, string_data=data)
    platform.control_plane.core.create_namespaced_secret(namespace, secret)


@pytest.fixture
def filled(platform: SeldonPlatform) -> str:
    """A namespace with Secrets that the platform judges in its own way."""
    core = platform.control_plane.core
    namespace = platform.control_plane.create_namespace()
    core.patch_namespace(namespace, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    platform.format_labels = {name: {"fmt": name} for name in FORMATS}
    platform.most_per_page = 2
    params = {"fmt": "config_param"}
    create(platform, namespace, "good-bucket-params", PARAMS_DATA, BUCKET_LABELS | params)
    create(platform, namespace, "models-bucket-envvars", ENV_DATA, BUCKET_LABELS)
    # The platform's format label is `fmt`, so that it takes this one for env_var.
    inferred = {"bucket-secret-format": "config_param"}
    create(platform, namespace, "models-bucket-params", PARAMS_DATA, BUCKET_LABELS | inferred)
    create(platform, namespace, "hidden-bucket-envvars", ENV_DATA, BUCKET_LABELS)
    create(platform, namespace, "unlabelled-bucket-envvars", ENV_DATA, {})
    create(platform, namespace, "ghcr", DOCKER_DATA, {"secret-type": "registry", "seldon-deploy": "true"})
    create(platform, namespace, "wrong-kind", DOCKER_DATA, BUCKET_LABELS)
    platform.hidden = {"hidden-bucket-envvars"}
    return namespace


def test_list_shows_the_platforms_own_answer(platform: SeldonPlatform, filled: str, tmp_path: Path) -> None:
    rows = json.loads(run(platform, "list", "-n", filled, "-o", "json", code=DONE, cwd=tmp_path).stdout)
    answers = {row["secret"]: (row["seen"], row["format"], row["unseen"], row["surprises"]) for row in rows}
    assert answers == {
        "good-bucket-params": (
            True,
            "config_param",
            [],
            ["as config_param, although its labels say env_var"],
        ),
        "models-bucket-envvars": (True, "env_var", [], []),
        "models-bucket-params": (True, "env_var", [], ["as env_var, although its labels say config_param"]),
        "hidden-bucket-envvars": (
            False,
            "env_var",
            ["the platform does not offer it, although its labels are right"],
            [],
        ),
        "unlabelled-bucket-envvars": (
            False,
            "env_var",
            ["label secret-type is missing", "label seldon-deploy is missing"],
            [],
        ),
        "ghcr": (True, None, [], []),
        "wrong-kind": (True, "env_var", [], []),
    }
    core2 = run(platform, "list", "-n", filled, "--for", "core2", "-o", "json", code=DONE, cwd=tmp_path)
    assert [row["secret"] for row in json.loads(core2.stdout)] == ["good-bucket-params"]


def test_list_works_without_a_cluster(platform: SeldonPlatform, filled: str, tmp_path: Path) -> None:
    """As the UI's page does, for a caller without a kubeconfig, and for one who may not list Secrets."""
    nobody = {"KUBECONFIG": str(tmp_path / "absent")}
    finished = run(platform, "list", "-n", filled, "-o", "json", code=DONE, cwd=tmp_path, env=nobody)
    assert "this list has only what the platform says" in finished.stderr
    names = {row["secret"] for row in json.loads(finished.stdout)}
    assert names == {
        "good-bucket-params",
        "models-bucket-envvars",
        "models-bucket-params",
        "ghcr",
        "wrong-kind",
    }
    without = run(platform, "list", "-o", "json", code=NO_ANSWER, cwd=tmp_path, env=nobody)
    assert without.stdout == ""


def test_doctor_reports_what_the_platform_does_not_offer_or_offers_in_the_wrong_place(
    platform: SeldonPlatform, filled: str, tmp_path: Path
) -> None:
    finished = run(
        platform,
        *("doctor", "-n", filled, "-o", "json"),
        *("--select", "platform-not-offered,platform-format,platform-kind"),
        code=FAILED,
        cwd=tmp_path,
    )
    found = {(each["secret"], each["check"]): each["detail"] for each in json.loads(finished.stdout)}
    assert found == {
        ("hidden-bucket-envvars", "platform-not-offered"): "the platform does not list it",
        ("models-bucket-params", "platform-format"): (
            "the platform lists it as env_var, but the data is in the format config_param"
        ),
    }


def test_a_namespace_without_permission_is_a_partial_answer(
    platform: SeldonPlatform, filled: str, tmp_path: Path
) -> None:
    platform.permissions = []
    for command in ("list", "doctor"):
        finished = run(platform, command, "-n", filled, "-o", "json", code=NO_ANSWER, cwd=tmp_path)
        assert (
            f"the answer is partial: {platform.url} does not permit you to list secrets in the namespace {filled}"
            in finished.stderr
        )
        assert len(json.loads(finished.stdout)) >= 5
