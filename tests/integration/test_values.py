"""The package's rules for values, compared with the real rclone."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from seldon_secrets_pulumi.rclone.connection_string import parse
from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem
from seldon_secrets_pulumi.rclone.option_types import type_problem

from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneCallFailed, RcloneRcd
from .support.rclone_paths import core1_variables, core2_connection_string, core2_secret

# Options without a default and without a meaning to config/create.
OPTIONS = [
    name for name, option in backend("s3").options.items() if option.type == "string" and not option.default
]

DELIVERED = [
    *(" lead", "trail ", "\ttab\t", "\u00a0", "a\x0bb\x0c", "a\x01b\x1bc\x7f", "\ufeffa", "\u2028", "\x85"),
    *('a"b', "a'b", '"a:b', "'a:b'", '"a,b"', 'a:"b', 'a,""b', "a=b", "=a", "a:b", "a,b", "`a`", "a`b"),
    *("${HOME}", "$HOME", "$(HOME)", "~/x", "%HOME%", "%s%d", "%(a)", "%()s", "a\\b", "a\\nb", "\\", "$$"),
    *("#a", "a #b", ";a", "a ;b", "[a]", '{"a": "b"}', "{a:1}", "!x", "&x", "*x", "@x", "|x", ">x", "- x"),
    *("pässwörd", "日本", "😀", "true", "null", "0123", "x" * 5000),
]
ENV_VAR_ONLY = ["a\nb", '"a', '"a"', "'a'", '"""a"""', "%(type)s", "a%(b)s", "%(a b)s"]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneRcd]:
    with RcloneRcd(tmp_path_factory.mktemp("daemon")) as running:
        yield running


def remotes(values: list[str]) -> Iterator[Remote]:
    """Few remotes with many values, since each costs a run of rclone."""
    for start in range(0, len(values), len(OPTIONS)):
        yield Remote("odd", "s3", dict(zip(OPTIONS, values[start:], strict=False)))


def shown(rclone: Rclone, remote: str, variables: dict[str, str] | None = None) -> dict[str, str]:
    printed = rclone.run("config", "string", remote, env=variables or {}).stdout
    return dict(parse(printed.removesuffix("\n")).parameters)


def test_values_without_a_problem_arrive_byte_for_byte(rclone: Rclone, daemon: RcloneRcd) -> None:
    assert not any(config_param_problem(value) or env_var_problem(value) for value in DELIVERED)
    for remote in remotes(DELIVERED):
        assert shown(rclone, "odd:", core1_variables(remote)) == remote.parameters
        assert shown(rclone, core2_connection_string(remote)) == remote.parameters
        daemon.call("config/create", **core2_secret(remote))
        stored = daemon.call("config/get", name="odd")
        assert {name: stored[name] for name in remote.parameters} == remote.parameters


def test_values_that_core_2_cannot_take_arrive_as_variables(rclone: Rclone) -> None:
    assert not any(map(env_var_problem, ENV_VAR_ONLY))
    (remote,) = remotes(ENV_VAR_ONLY)
    assert shown(rclone, "odd:", core1_variables(remote)) == remote.parameters


@pytest.mark.parametrize("value", [*ENV_VAR_ONLY, "a\rb", "a\r\nb"])
def test_values_that_are_refused_for_core_2_do_not_arrive_there(
    value: str, rclone: Rclone, daemon: RcloneRcd
) -> None:
    assert config_param_problem(value)
    (remote,) = remotes([value])
    try:
        connected = shown(rclone, core2_connection_string(remote)) == remote.parameters
    except AssertionError:
        connected = False
    try:
        daemon.call("config/create", **core2_secret(remote))
        stored = daemon.call("config/get", name="odd").get(OPTIONS[0]) == value
    except RcloneCallFailed:
        stored = False
    assert not (connected and stored)


def test_the_longest_variable_is_delivered_and_a_longer_one_is_not(rclone: Rclone) -> None:
    longest = "x" * (32 * 4096 - 128)
    assert env_var_problem(longest) is None
    assert env_var_problem(longest + "x")
    (remote,) = remotes([longest])
    assert shown(rclone, "odd:", core1_variables(remote)) == remote.parameters
    (remote,) = remotes(["x" * (32 * 4096)])
    with pytest.raises(OSError, match="too long"):
        shown(rclone, "odd:", core1_variables(remote))


def test_an_answer_to_a_question_is_not_stored(daemon: RcloneRcd) -> None:
    assert config_param_problem("x", "config_file")
    asked = Remote("odd", "oracleobjectstorage", {"config_file": "/x", "namespace": "n"})
    daemon.call("config/create", **core2_secret(asked))
    assert daemon.call("config/get", name="odd") == {"type": "oracleobjectstorage", "namespace": "n"}


# One option of each type whose backend parses it without a network, and the letters that its values are made of.
TYPES = {
    "bool": ("local", "links", "trueTRUEfalsFALSyno01 "),
    "int": ("s3", "max_upload_parts", "0123456789xXbBoO_+-.e "),
    "float64": ("zoho", "tpslimit", "0123456789.eE+-_ "),
    "SizeSuffix": ("s3", "chunk_size", "0123456789kKmMiIbBeE.+_xXpP "),
    "Duration": ("webdav", "pacer_min_sleep", "0123456789smhdwMynuµ.+-eE_x"),
    "Time": ("s3", "version_at", "0123456789smhdy.+-eE_"),
    "Tristate": ("s3", "might_gzip", "trueTRUEnlsfas01"),
    "Encoding": ("s3", "encoding", "SlashDotCtl, 0123x-"),
    "Bits": ("drive", "metadata_owner", "readwt, of"),
    "CommaSepList": ("http", "headers", 'ab,"\n '),
    "SpaceSepList": ("sftp", "ciphers", 'ab "\n'),
    "stringArray": ("cloudinary", "media_extensions", 'ab," '),
    "mtime|atime|btime|ctime": ("local", "time_type", "acmtieATM"),
}
ACCEPTED = {
    "bool": ["true", "TRUE", "True", "t", "T", "1", "0", "F", "false"],
    "int": ["7", "-7", "+7", "007", "0x1F", "0b1", "0o17", "1_000", " 7 ", str(2**63 - 1), str(-(2**63))],
    "float64": ["6", "6.5", ".5", "5.", "1e3", "1E+3", "inf", "nan", "0x1p-1_0", "1_000", "1e1_0", " 6 "],
    "SizeSuffix": [
        "1",
        "1k",
        "1Ki",
        "1KiB",
        "1kib",
        "1B",
        "64Mi",
        "1.5G",
        "off",
        "OFF",
        "1e3k",
        "1E",
        "+5",
        "7.9E",
    ],
    "Duration": [
        "1",
        "1m30s",
        "1h1.5m",
        "2d",
        "1.5w",
        "1M",
        "1y",
        "off",
        "1ms",
        "1µs",
        "-5s",
        "0",
        "2024-01-02",
        "1d12h",
        "-1.5w.5h3ns",
        "292y100d",
    ],
    "Time": ["off", "2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05", "1d", "1h", "1.5y"],
    "Tristate": ["true", "tRUE", "1", "unset", "nil", "null", "f"],
    "Encoding": ["Slash", "Slash, Ctl", "None", "Raw", "0", "255", "0x10"],
    "Bits": ["read", "READ", "read,write", "read, write", ",", "off"],
    "CommaSepList": ["a,b", 'a,"b,c"', '"a""b"', "a,,b", '"a\nb",c', "a\nb"],
    "SpaceSepList": ["a b", 'a "b c"', "a  b", " a"],
    "stringArray": ["a,b", '"a,b"'],
    "mtime|atime|btime|ctime": ["mtime", "MTIME"],
}
REFUSED = {
    "bool": ["yes", "on", "tRUE", "2", " true"],
    "int": ["08", "1__0", "7.5", "1e3", "7 8", str(2**63)],
    "float64": ["a", "1e", "1e_1", "1e1_", "1__0"],
    "SizeSuffix": ["1KB", "5X", "M", "1 M", "-1", "inf", "8E", "1e400", "0x1p63B", "nanK"],
    "Duration": ["1d2", "abc", "1 s", "s", "1d-2h", "nan", "inf", "infinity", "293y", "292y172d", "1e30"],
    "Time": ["now", "nan", "NaNd", "293y"],
    "Tristate": ["no", " true"],
    "Encoding": ["slash", "Slash,", "-1", "abc"],
    "Bits": ["x", "1"],
    "CommaSepList": ['a"b', '"a', '"a"b', 'a, "b"'],
    "SpaceSepList": ['a"b', '"a"b'],
    "stringArray": ['a"b', '"a'],
    "mtime|atime|btime|ctime": ["x", " mtime", "1"],
}


def accepted(daemon: RcloneRcd, type_: str, value: str) -> bool:
    name, option, _ = TYPES[type_]
    quoted = value.replace('"', '""')
    try:
        daemon.call("operations/fsinfo", fs=f':{name},{option}="{quoted}":')
    except RcloneCallFailed as failed:
        return "couldn't parse config item" not in str(failed)
    return True


def test_every_type_of_the_catalog_is_here() -> None:
    types = {option.type for name in backend_names() for option in backend(name).options.values()}
    assert types == {*TYPES, "string"}
    assert all(backend(name).option(option).type == type_ for type_, (name, option, _) in TYPES.items())


@pytest.mark.parametrize("type_", TYPES)
def test_values_of_a_type_are_judged_as_rclone_judges_them(type_: str, daemon: RcloneRcd) -> None:
    option = backend(TYPES[type_][0]).option(TYPES[type_][1])
    for value in ACCEPTED[type_]:
        assert accepted(daemon, type_, value), json.dumps(value)
        assert type_problem(option, value) is None, json.dumps(value)
    for value in REFUSED[type_]:
        assert not accepted(daemon, type_, value), json.dumps(value)
        assert type_problem(option, value), json.dumps(value)


def test_rclone_knows_no_other_encodings(daemon: RcloneRcd) -> None:
    with pytest.raises(RcloneCallFailed, match="possible values are") as failed:
        daemon.call("operations/fsinfo", fs=":s3,encoding=nope:")
    names = str(failed.value).split("possible values are: ")[1].split(", ")
    assert type_problem(backend("s3").option("encoding"), ",".join(names)) is None
    assert len(names) == len(set(names)) > 20


@pytest.mark.parametrize("type_", TYPES)
def test_nothing_that_rclone_accepts_is_refused(type_: str, daemon: RcloneRcd) -> None:
    name, option, letters = TYPES[type_]

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(st.sampled_from(letters), min_size=1, max_size=8))
    def agree(value: str) -> None:
        if type_problem(backend(name).option(option), value):
            assert not accepted(daemon, type_, value)

    agree()
