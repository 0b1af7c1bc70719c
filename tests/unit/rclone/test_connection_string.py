"""Connection strings are parsed as rclone parses them, and errors do not repeat them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.rclone.connection_string import ConnectionString, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":s3:", ConnectionString("s3", {}, "")),
        (":s3:bucket/a:b,c", ConnectionString("s3", {}, "bucket/a:b,c")),
        (":s3,env_auth:bucket", ConnectionString("s3", {"env_auth": "true"}, "bucket")),
        (":s3,a=,b=x y:", ConnectionString("s3", {"a": "", "b": "x y"}, "")),
        (":s3,a=b\"c'd=e:", ConnectionString("s3", {"a": "b\"c'd=e"}, "")),
        (":s3,a=\"b,'c\"\":\",d='e:''f':", ConnectionString("s3", {"a": "b,'c\":", "d": "e:'f"}, "")),
        (
            ":google cloud storage,anonymous:b",
            ConnectionString("google cloud storage", {"anonymous": "true"}, "b"),
        ),
        (":s3,a='':", ConnectionString("s3", {"a": ""}, "")),
    ],
)
def test_a_connection_string_is_split_into_its_parts(text: str, expected: ConnectionString) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "s3:bucket",
        ":",
        ":s3",
        ":s3,",
        ":s3,a",
        ":s3,a=b",
        ":s3,a-b=c:",
        ":s3,=c:",
        ":s3,a='b:",
        ":s3,a='b'c:",
        ':s3,a="canary',
        "::",
    ],
)
def test_mistakes_are_named_without_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="must be a connection string") as refused:
        parse(text)
    assert "canary" not in str(refused.value)


@given(st.dictionaries(st.from_regex(r"[a-z_.0-9]+", fullmatch=True), st.text()), st.text())
def test_quoted_values_hold_anything(parameters: dict[str, str], path: str) -> None:
    parts = "".join(f",{name}='" + value.replace("'", "''") + "'" for name, value in parameters.items())
    assert parse(f":s3{parts}:{path}") == ConnectionString("s3", parameters, path)


def test_credentials_stay_out_of_its_representation() -> None:
    assert repr(parse(":s3,secret_access_key=canary:")) == "ConnectionString('s3')"
