"""What reads strangers' data raises only its own errors, shows no credential, and never hangs.

The limit of time catches hangs, not slowness. `python -m tests.fuzz` runs the same targets under atheris.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi import untrusted_text
from seldon_secrets_pulumi.doctor import diagnose
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model import docker_config, kubernetes_names
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.setting_names import misplaced_settings
from seldon_secrets_pulumi.problem import InvalidArguments, nearest
from seldon_secrets_pulumi.rclone import connection_string, obscure, parameters
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem
from seldon_secrets_pulumi.rclone.option_types import type_problem
from tests.support.canaries import CANARY

from . import hostile

SECONDS = 20
ENTRIES = ("buckets", "registries", "secrets")
OPTIONS = [option for name in backend_names() for option in backend(name).options.values()]

pytestmark = pytest.mark.timeout(300)
fuzzed = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=100)


@contextmanager
def harmless(*errors: type[Exception]) -> Iterator[None]:
    """Fails for another error, for one with a credential, and for a hang."""
    started, raised = time.perf_counter(), None
    try:
        yield
    except errors as error:
        raised = error
    # The errors of Python's own encoders repeat the text.
    assert not isinstance(raised, UnicodeError | json.JSONDecodeError), type(raised)
    assert CANARY not in str(raised)
    assert len(str(raised)) < 200_000
    assert time.perf_counter() - started < SECONDS


@fuzzed
@given(st.one_of(hostile.texts, hostile.connection_strings))
def test_connection_strings(text: str) -> None:
    with harmless(ValueError):
        assert CANARY not in repr(connection_string.parse(text)) or CANARY in text.partition(",")[0]


@fuzzed
@given(st.sampled_from(OPTIONS), hostile.texts)
def test_option_types(option: Any, text: str) -> None:
    with harmless():
        assert CANARY not in (type_problem(option, text) or "")


@fuzzed
@given(hostile.texts)
def test_values_for_a_format(text: str) -> None:
    with harmless():
        assert CANARY not in f"{env_var_problem(text)}{config_param_problem(text)}"


@fuzzed
@given(hostile.remotes(), st.booleans(), st.booleans())
def test_options_of_a_remote(remote: tuple[str, dict[str, Any]], obscured: bool, allow: bool) -> None:
    type_, options = remote
    with harmless(InvalidArguments):
        parameters.check(type_, options, obscured=obscured, allow_unknown_options=allow)


@fuzzed
@given(st.one_of(hostile.texts, st.binary().map(lambda raw: raw.hex())))
def test_obscured_passwords(text: str) -> None:
    with harmless(ValueError):
        obscure.reveal(text)


@fuzzed
@given(st.one_of(hostile.docker_configs, hostile.texts.filter(lambda text: CANARY not in text)))
def test_docker_configs(text: str) -> None:
    with harmless(ValueError):
        docker_config.write(docker_config.read(text).auths).encode()


@fuzzed
@given(
    st.dictionaries(
        st.sampled_from(["a", "RCLONE_CONFIG_A_TYPE", "RCLONE_CONFIG_B_X"]), hostile.texts, max_size=2
    )
)
def test_formats(data: dict[str, str]) -> None:
    for format_ in (ENV_VAR, CONFIG_PARAM):
        with harmless(ValueError):
            assert CANARY not in repr(format_.read(data).parameters) or CANARY in repr(data)


@fuzzed
@given(hostile.texts)
def test_json(text: str) -> None:
    with harmless(untrusted_text.UnreadableTextError):
        untrusted_text.parse_json(text)


@fuzzed
@given(st.one_of(hostile.texts, hostile.yaml_texts))
def test_yaml(text: str) -> None:
    with harmless(untrusted_text.UnreadableTextError):
        untrusted_text.parse_yaml(text)


@fuzzed
@given(st.one_of(hostile.texts, hostile.yaml_texts))
def test_yaml_strings(text: str) -> None:
    with harmless(untrusted_text.UnreadableTextError):
        untrusted_text.parse_yaml_strings(text)


@fuzzed
@given(st.one_of(hostile.texts, hostile.yaml_texts))
def test_yaml_documents(text: str) -> None:
    with harmless(untrusted_text.UnreadableTextError):
        for node in untrusted_text.yaml_nodes(text):
            untrusted_text.node_value(node)


@fuzzed
@given(hostile.stranger_names)
def test_names(text: str) -> None:
    with harmless():
        shown = untrusted_text.printable(text)
        assert len(shown.splitlines()) <= 1
        assert not set(shown) & set("\0\x1b\u202e\ud800")
        assert len(untrusted_text.quoted(text)) < 1000
        for rule in (
            kubernetes_names.namespace_rule,
            kubernetes_names.key_rule,
            kubernetes_names.label_value_rule,
        ):
            assert "\n" not in (rule(text) or "")
        assert set(nearest(text, ENTRIES)) <= set(ENTRIES)
        list(misplaced_settings([text], ENTRIES, "project"))


@fuzzed
@given(hostile.secrets)
def test_doctor(manifest: dict[str, Any]) -> None:
    with harmless():
        secret = read_secret(manifest)
        assert CANARY not in repr(secret)
        for finding in diagnose([secret]):
            assert CANARY not in finding.detail
