"""No value, name or number of options makes a check slow, or its message long."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.problem import InvalidArguments, nearest
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.connection_string import parse
from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem
from seldon_secrets_pulumi.rclone.obscure import reveal
from seldon_secrets_pulumi.rclone.option_types import type_problem
from seldon_secrets_pulumi.rclone.parameters import check

# Quadratic time would be minutes or hours for these sizes; a busy machine needs a second.
SECONDS = 10
LONG = 200_000
S3 = {"provider": "AWS", "env_auth": "true"}
TYPES = sorted({option.type for name in backend_names() for option in backend(name).options.values()})


@contextmanager
def in_time() -> Iterator[None]:
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < SECONDS


def repeated(part: str, length: int = LONG) -> str:
    return part * (length // len(part))


UNITS = [
    "1",
    "1_",
    "1h",
    "0x1",
    "0xf_f",
    "1.",
    ".",
    "_f",
    "1e",
    "e",
    " ",
    ",",
    '"',
    '""',
    '"a",',
    '"a" ',
    "a ",
    "'",
]
UNITS += [
    "Slash,",
    "-",
    "2024-01-01",
    "off",
    "%(",
    "%(a",
    ")s",
    "https://",
    ":s3,",
    "\n",
    "\u00b5s",
    "\ud800",
]


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("length", [1000, LONG])
def test_a_long_value_of_any_type_is_checked_at_once(type_: str, length: int) -> None:
    option = replace(backend("s3").options["chunk_size"], type=type_)
    for unit in UNITS:
        for start, end in (("", ""), ("0x", "p"), ("1", "x"), ('"', "\n")):
            with in_time():
                type_problem(option, start + repeated(unit, length) + end)


@given(st.sampled_from(TYPES), st.text(st.sampled_from('0123456789abcdefx_.+-eEpPhms," '), max_size=12))
def test_only_a_length_that_nobody_needs_is_refused(type_: str, text: str) -> None:
    option = replace(backend("s3").options["chunk_size"], type=type_)
    assert "characters long" not in (type_problem(option, text) or "")
    if type_ in {"int", "float64", "Duration", "SizeSuffix"}:
        assert type_problem(option, "1" * 1025) == "must be at most 1024 characters long"


@pytest.mark.parametrize(
    ("type_", "value", "accepted"),
    [
        ("int", "0b" + "_1" * 62, True),
        ("float64", "0x1_2.f_fp-1_0", True),
        ("float64", "1__2", False),
        ("float64", "1_.2", False),
        ("SizeSuffix", "1_2.5_0Mi", True),
        ("SizeSuffix", "0" * 1000 + "1", True),
        ("Duration", "1.h.5m", True),
        ("Duration", "2562047h47m16.854775807s", True),
        ("Duration", "2562047h47m16.854775808s", False),
        ("Duration", "1d12h", True),
        ("Duration", "-1.5w.5h", True),
        ("Duration", "1d12", False),
        ("Duration", "293y", False),
        ("Duration", "292y172d", False),
        ("Duration", "1e30", False),
        ("Duration", "nan", False),
        ("Duration", "inf", False),
        ("Duration", "infinity", False),
        ("Time", "NaNd", False),
        ("Time", "1d12h", True),
        ("SizeSuffix", "7.9E", True),
        ("SizeSuffix", "8E", False),
        ("SizeSuffix", "1e400", False),
        ("SizeSuffix", "0x1p63B", False),
        ("Duration", ".", False),
    ],
)
def test_the_grammars_are_still_those_of_rclone(type_: str, value: str, accepted: bool) -> None:
    option = replace(backend("s3").options["chunk_size"], type=type_)
    assert (type_problem(option, value) is None) is accepted


@pytest.mark.parametrize("name", ["s3", "union", "combine", "alias", "google cloud storage", "sftp", "drive"])
def test_a_long_value_of_any_option_is_checked_at_once(name: str) -> None:
    for option in backend(name).options:
        with in_time():
            for unit in ("1", "a ", '"', ":s3,a=b", "['", "%("):
                with suppress(InvalidArguments):
                    check(name, {option: repeated(unit)})


MANY = {
    "unknown": {f"nonsense_option_{number}": "x" for number in range(20_000)},
    "variables": {f"RCLONE_CONFIG_{number}_x": "x" for number in range(20_000)},
    "spellings": {"access-key-id" + "-" * number: "x" for number in range(150)},
    "line breaks": {f"nonsense_{number}": "x\n" for number in range(20_000)},
    "objects": {f"nonsense_{number}": [] for number in range(20_000)},
    "long name": {"access_key_id" * 100_000: "x"},
}


@pytest.mark.parametrize("parameters", MANY.values(), ids=MANY)
@pytest.mark.parametrize("allow", [False, True])
def test_many_options_are_checked_at_once(parameters: dict[str, object], allow: bool) -> None:
    wrong = {**parameters, "chunk_size": "5X", "v2_auth": "yes"}
    with in_time(), pytest.raises(InvalidArguments) as invalid:
        check("s3", {**wrong, **S3}, allow_unknown_options=allow)
    problems = invalid.value.problems
    assert len(problems) <= 300
    # The strange names do not hide what is wrong with the others.
    reported = {problem.option for problem in problems}
    assert {"chunk_size", "v2_auth"} <= reported or "nonsense_0" in reported


def message_of(type_: str, parameters: Mapping[str, object]) -> str:
    try:
        check(type_, parameters)
    except InvalidArguments as invalid:
        return str(invalid)
    return ""


def wrapped(depth: int) -> str:
    text = ":memory:"
    for level in range(depth):
        quote = "\"'"[level % 2]
        text = f":alias,remote={quote}{text.replace(quote, quote * 2)}{quote}:"
    return text


REMOTES: dict[str, tuple[str, str, str]] = {
    "many valid": ("union", "upstreams", " ".join([":s3,provider=AWS,env_auth:b"] * 30_000)),
    "many without a remote": ("union", "upstreams", " ".join(["a:b"] * 30_000)),
    "many unknown types": ("union", "upstreams", " ".join(f":nonsense{number}:" for number in range(900))),
    "many options": ("alias", "remote", ":s3" + "".join(f",a{number}=b" for number in range(50_000)) + ":"),
    "nested": ("alias", "remote", wrapped(20)),
    "nested without quotes": ("alias", "remote", ":alias,remote=" * 20_000),
    "nested unions": ("union", "upstreams", '":union,upstreams=' * 20_000),
    "quotes": ("union", "upstreams", '"' * LONG),
    "quoted": ("alias", "remote", ':s3,a="' + '""' * LONG),
    "quoted items": ("combine", "upstreams", '"" ' * LONG),
}


@pytest.mark.parametrize(("type_", "option", "value"), REMOTES.values(), ids=REMOTES)
def test_wrapped_remotes_are_checked_at_once(type_: str, option: str, value: str) -> None:
    with in_time():
        assert len(message_of(type_, {option: value})) < 100_000


def test_a_union_of_too_many_remotes_is_refused() -> None:
    check("union", {"upstreams": " ".join([":memory:"] * 1000)})
    with pytest.raises(InvalidArguments, match="at most 1000 remotes"):
        check("union", {"upstreams": " ".join([":memory:"] * 1001)})


def test_names_that_are_too_long_for_a_mistake_get_no_suggestion() -> None:
    with in_time():
        assert nearest("region" * 100_000, ["region"]) == ()
        for name in ("s3" * LONG, "\ud800", "s" * 200):
            with pytest.raises(InvalidArguments):
                check(name, {})
    assert nearest("regoin", ["region"]) == ("region",)


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["positive", "negative"])
def test_a_number_of_thousands_of_digits_is_refused(value: int) -> None:
    with pytest.raises(InvalidArguments, match="list_chunk: has too many digits"):
        check("s3", {**S3, "list_chunk": value})
    with pytest.raises(InvalidArguments, match="provider: must be a string"):
        check("s3", {"provider": value})


@pytest.mark.parametrize(("type_", "option"), [("sftp", "host"), ("sftp", "pass"), ("s3", "region")])
def test_half_a_character_is_refused(type_: str, option: str) -> None:
    with pytest.raises(InvalidArguments, match=f"{option}: must be valid Unicode text"):
        check(type_, {"host": "h", option: "a\ud800"} if type_ == "sftp" else {option: "a\ud800"})


@pytest.mark.parametrize("token", ["[" * LONG, "1" * LONG, '{"a":' * LONG, '"' * LONG])
def test_a_strange_token_is_refused(token: str) -> None:
    with in_time(), pytest.raises(InvalidArguments, match="must be the JSON object"):
        check("drive", {"token": token})


@pytest.mark.parametrize("unit", UNITS)
def test_delivery_is_checked_at_once(unit: str) -> None:
    with in_time():
        config_param_problem(repeated(unit))
        env_var_problem(repeated(unit))
        with suppress(ValueError):
            parse(f":s3,a={repeated(unit)}:")
        with suppress(ValueError):
            reveal(repeated(unit))


@given(st.text(st.sampled_from("%()sa"), max_size=12))
def test_what_config_create_expands_is_what_its_pattern_matches(value: str) -> None:
    # The pattern of github.com/unknwon/goconfig, GetValue.
    expanded = re.search(r"%\(([^\)]+)\)s", value) is not None
    assert ("%(…)s" in (config_param_problem(value) or "")) is expanded


def with_auths(auths: object, **fields: object) -> str:
    return json.dumps({"auths": auths, **fields})


CONFIGS: dict[str, Callable[[], str]] = {
    "10,000 logins": lambda: with_auths({f"r{number}.io": {"auth": "YTpi"} for number in range(10_000)}),
    "100,000 logins": lambda: with_auths({f"r{number}.io": {"auth": "YTpi"} for number in range(100_000)}),
    "helpers": lambda: with_auths(
        {f"r{number}.io": {} for number in range(5_000)},
        credHelpers={f"h{number}": f"x{number}" for number in range(20_000)},
    ),
    "odd helpers": lambda: with_auths({"a.io": {}}, credHelpers={"a.io": {"b": []}}, credsStore=["canary"]),
    "helpers of two types": lambda: with_auths({}, credHelpers={"a": 1, "b": "x", "c": None}),
    "long host": lambda: with_auths({"a." * LONG: {"auth": "YTpi"}}),
    "long path": lambda: with_auths({"r.io" + "/" * LONG + "a": {"auth": "YTpi"}}),
    "long login": lambda: with_auths({"r.io": {"auth": "YTpi" * LONG}}),
    "deep": lambda: '{"auths":' * 100_000,
    "digits": lambda: '{"auths":' + "1" * 10_000 + "}",
    "half a character": lambda: '{"auths":{"a.io":{"username":"\\ud800","password":"canary"}}}',
    "half an email": lambda: '{"auths":{"a.io":{"auth":"YTpi","email":"\\ud800"}}}',
    "half a host": lambda: '{"auths":{"\\ud800":{"auth":"YTpi"}}}',
}


@pytest.mark.parametrize("text", CONFIGS.values(), ids=CONFIGS)
def test_a_docker_config_is_read_at_once(text: Callable[[], str]) -> None:
    config, message = text(), ""
    with in_time():
        try:
            docker_config.write(docker_config.read(config).auths).encode()
        except UnicodeError:
            message = "canary"
        except ValueError as problem:
            message = str(problem)
    assert "canary" not in message
    assert len(message) < 1000
