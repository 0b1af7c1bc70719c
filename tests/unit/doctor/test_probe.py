"""`doctor --probe`: which remotes it skips, its reasons, and its options. tests/integration runs it against servers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.probe import PROBE_DENIED, PROBE_FAILED, PROBES, _reason
from tests.support.canaries import CANARY
from tests.support.manifests import Manifests, secret
from tests.support.wrong_secrets import Manifest, env, ignoring, params, text


@pytest.fixture(autouse=True)
def _rclone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.prefix, "bin")))


def probed(manifests: Manifests, *secrets: Manifest, options: tuple[str, ...] = ()) -> dict[str, str]:
    """The details of the probes' findings, by check."""
    result = manifests.run("doctor", *secrets, options=("-o", "json", "--probe", *options))
    assert result.exit_code in (0, 1), result.output
    ids = {rule.id for rule in PROBES}
    return {
        finding["check"]: finding["detail"]
        for finding in json.loads(result.stdout)
        if finding["check"] in ids
    }


@pytest.mark.parametrize("write", [env, params])
@pytest.mark.parametrize(
    ("type_", "parameters", "detail"),
    [
        ("sftp", {"host": "127.0.0.1", "ssh": "PROGRAM"}, "it sets ssh"),
        (
            "webdav",
            {"url": "http://127.0.0.1:1", "bearer_token_command": "PROGRAM"},
            "it sets bearer_token_command",
        ),
        ("sftp", {"host": "127.0.0.1", "SSH": "PROGRAM"}, "it sets ssh"),
        ("sftp", {"host": "127.0.0.1", "key_file": "/root/.ssh/id_rsa"}, "it sets key_file"),
        ("s3", {"provider": "AWS", "env_auth": "true"}, "it sets env_auth"),
        (
            "s3",
            {"provider": "AWS", "global.metadata_mapper": "PROGRAM"},
            "it sets global.metadata_mapper",
        ),
        ("local", {}, "it points to files of this machine"),
        (
            "crypt",
            {"remote": ":sftp,host=127.0.0.1,ssh=PROGRAM:", "password": "x"},
            "it sets remote",
        ),
        ("alias", {"remote": "/etc"}, "it sets remote"),
    ],
)
def test_a_remote_that_could_use_this_machine_is_not_probed(  # noqa: PLR0913, PLR0917 - a table
    manifests: Manifests,
    tmp_path_factory: pytest.TempPathFactory,
    write: Callable[..., Manifest],
    type_: str,
    parameters: dict[str, str],
    detail: str,
) -> None:
    trace = tmp_path_factory.mktemp("program") / "it-ran"
    hostile = {name: value.replace("PROGRAM", f"/bin/touch {trace}") for name, value in parameters.items()}
    assert probed(manifests, write(hostile, type_=type_)) == {"not-probed": detail}
    assert not trace.exists()


def test_a_remote_name_that_is_a_connection_string_is_not_probed(manifests: Manifests) -> None:
    hostile = secret("models", {"RCLONE_CONFIG_:SFTP,SSH=X:_TYPE": "sftp"})
    assert probed(manifests, hostile) == {"not-probed": "invalid remote name"}


def test_a_value_that_no_environment_can_contain_is_not_probed(manifests: Manifests) -> None:
    with_nul = params({"provider": "AWS", "access_key_id": "a", "secret_access_key": "a\0b"})
    assert probed(manifests, with_nul) == {"not-probed": "a value can't be an environment variable"}


def test_secrets_that_other_checks_report_are_skipped(manifests: Manifests) -> None:
    assert probed(manifests, text("{"), secret("own", {"TOKEN": CANARY})) == {}


@pytest.mark.parametrize(
    ("output", "rule", "reason"),
    [
        ("api error InvalidAccessKeyId: The", PROBE_FAILED, "does not know the access key"),
        ("StatusCode: 403, api error SignatureDoesNotMatch", PROBE_FAILED, "the secret key is wrong"),
        ("StatusCode: 403, api error AccessDenied: Access Denied", PROBE_DENIED, "access denied"),
        ("couldn't list files: Unauthorized: 401 Unauthorized", PROBE_FAILED, "does not accept"),
        (
            "RESPONSE 403: 403 Server failed\nERROR CODE: AuthenticationFailed",
            PROBE_FAILED,
            "does not accept",
        ),
        ("tls: failed to verify certificate: x509: certificate signed by", PROBE_FAILED, "certificate"),
        (f"dial tcp: lookup {CANARY}: no such host", PROBE_FAILED, "can't be resolved"),
        (f':s3,secret_access_key="{CANARY}": something new', PROBE_FAILED, "rclone exited with code 7"),
        ("http://127.0.0.1:401/403", PROBE_FAILED, "rclone exited with code 7"),
    ],
)
def test_the_reason_follows_from_the_output_without_repeating_it(
    output: str, rule: Rule, reason: str
) -> None:
    actual_rule, detail = _reason(output, 7)
    assert actual_rule is rule
    assert reason in detail
    assert CANARY not in detail


def test_without_rclone(manifests: Manifests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = manifests.run("doctor", env(), options=("--probe",))
    assert result.exit_code == 2
    assert result.stderr == "seldon-secrets: --probe requires rclone on PATH (https://rclone.org/install)\n"
    assert manifests.run("doctor", env()).exit_code == 0


@pytest.mark.parametrize("option", ["--probe-path=models", "--probe-path==bucket", "--probe-timeout=0"])
def test_wrong_options(manifests: Manifests, option: str) -> None:
    assert manifests.run("doctor", env(), options=("--probe", option)).exit_code == 2


def test_probes_can_be_selected_and_ignored(manifests: Manifests, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = params({"host": "127.0.0.1", "ssh": "x"}, type_="sftp")
    assert probed(manifests, hostile, options=("--select", "not-probed")) == {"not-probed": "it sets ssh"}
    assert probed(manifests, hostile, options=("--ignore", "not-probed")) == {}
    assert probed(manifests, ignoring(hostile, "not-probed: of our own host")) == {}
    monkeypatch.setenv("PATH", "/nonexistent")  # without a probe that is selected, rclone is not needed
    assert manifests.run("doctor", env(), options=("--probe", "--select", "secret-name")).exit_code == 0


@pytest.mark.parametrize("nested", ["{}", "[{}]"])
def test_a_deep_key_file_is_not_probed(manifests: Manifests, nested: str) -> None:
    key_file = nested.format('{"a":' * 20_000 + "1" + "}" * 20_000) if nested != "{}" else '{"a":' * 20_000
    gcs = params(
        {"service_account_credentials": key_file, "project_number": "1"}, type_="google cloud storage"
    )
    assert set(probed(manifests, gcs)) == {"not-probed"}


def test_each_remote_of_a_secret_is_probed_and_foreign_keys_do_not_matter(manifests: Manifests) -> None:
    data = {
        "AWS_REGION": "eu-west-1",
        "RCLONE_CONFIG_PASS": CANARY,
        "RCLONE_CONFIG_MY_FILES_TYPE": "local",
        "RCLONE_CONFIG_MAIL_TYPE": "sftp",
        "RCLONE_CONFIG_MAIL_SSH": "x",
    }
    result = manifests.run("doctor", secret("models", data), options=("-o", "json", "--probe"))
    found = [each["detail"] for each in json.loads(result.stdout) if each["check"] == "not-probed"]
    assert found == [
        "remote mail: it sets ssh",
        "remote my_files: it points to files of this machine",
    ]
