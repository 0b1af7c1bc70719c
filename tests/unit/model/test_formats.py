"""Both formats of a bucket secret are read back as they were written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS, Format
from seldon_secrets_pulumi.model.remote import Remote

names = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?", fullmatch=True)
parameters = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda name: name != "type"), st.text()
)
remotes = st.builds(Remote, names, st.sampled_from(["s3", "webdav", "google cloud storage"]), parameters)


@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
@given(remote=remotes)
def test_a_written_remote_is_read_back(format_: Format, remote: Remote) -> None:
    read = format_.read(format_.write(remote))
    assert (read.name, read.type) == (remote.name, remote.type)
    # What rclone's dialogue wants answered comes on top; see rclone/login.py.
    assert dict(remote.parameters).items() <= dict(read.parameters).items()


@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
@given(remote=remotes)
def test_the_order_of_parameters_changes_no_byte(format_: Format, remote: Remote) -> None:
    turned = Remote(remote.name, remote.type, dict(reversed(list(remote.parameters.items()))))
    assert list(format_.write(turned).items()) == list(format_.write(remote).items())


@given(remotes)
def test_keys_are_what_kubernetes_and_rclone_take(remote: Remote) -> None:
    for key in ENV_VAR.write(remote):
        assert re.fullmatch(r"RCLONE_CONFIG_[A-Z0-9-]+_[A-Z0-9_]+", key)
    assert list(CONFIG_PARAM.write(remote)) == [remote.name]


def test_a_dash_stays_in_the_remote_and_goes_from_the_parameter() -> None:
    assert list(ENV_VAR.write(Remote("my-store", "s3", {"access-key-id": "x"}))) == [
        "RCLONE_CONFIG_MY-STORE_ACCESS_KEY_ID",
        "RCLONE_CONFIG_MY-STORE_TYPE",
    ]


@pytest.mark.parametrize(
    ("format_", "data", "reason"),
    [
        (ENV_VAR, {"AWS_ACCESS_KEY_ID": "x"}, "not of the form RCLONE_CONFIG_"),
        (
            ENV_VAR,
            {"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "s3"},
            "belong to 2 remotes instead of one",
        ),
        (ENV_VAR, {"RCLONE_CONFIG_A_REGION": "x"}, "the key that ends in _TYPE is missing"),
        (CONFIG_PARAM, {}, "the Secret has 0 keys instead of one"),
        (CONFIG_PARAM, {"a": "{", "b": "{"}, "the Secret has 2 keys instead of one"),
        (CONFIG_PARAM, {"a": "name: a"}, "not a JSON object with name, type and parameters"),
        (CONFIG_PARAM, {"a": '{"name": "a"}'}, "not a JSON object with name, type and parameters"),
        (CONFIG_PARAM, {"a": "[]"}, "not a JSON object with name, type and parameters"),
        (
            CONFIG_PARAM,
            {"a": '{"name":"a","type":"s3","parameters":{"x":1}}'},
            "must be an object of strings",
        ),
    ],
)
def test_unreadable_data_is_refused_with_the_reason(
    format_: Format, data: dict[str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        format_.read(data)
