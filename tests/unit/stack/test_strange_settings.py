"""Settings that somebody else wrote end in a clear error within seconds, and no error repeats a value."""

import copy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi.components.invalid import InvalidDeclaration
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.stack.entry import plaintext
from seldon_secrets_pulumi.stack.expansion import ENTRIES, secrets_of_stack
from seldon_secrets_pulumi.stack.file_editor import StackFile, UnusableFile
from seldon_secrets_pulumi.stack.file_reader import settings_in
from seldon_secrets_pulumi.stack.manifest import manifests
from tests.support.canaries import CANARY

SETTINGS: dict[str, Any] = {
    "namespaces": ["team"],
    "formats": ["env_var"],
    "labels": {"owner": "platform"},
    "protect": True,
    "reloader": True,
    "allowFilesOutsideProject": False,
    "formatLabelKey": "example.com/format",
    "buckets": [
        {
            "remote": "models",
            "type": "s3",
            "accessKeyId": "AKIA",
            "secretAccessKey": CANARY,
            "labels": {"tier": "one"},
            "annotations": {"note": "any"},
            "protect": False,
            "reloader": False,
        },
        {"remote": "files", "type": "webdav", "parameters": {"url": "https://a.example", "pass": CANARY}},
        {"remote": "own", "type": "initializer", "env": {"TOKEN": CANARY}},
    ],
    "registries": [{"name": "ghcr", "server": "ghcr.io", "username": "bot", "password": CANARY}],
    "secrets": [{"name": "raw", "kind": "bucket", "format": "env_var", "data": {"KEY": CANARY}}],
}
Place = tuple[str | int, ...]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Every list, mapping and scalar in the settings."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from places(item, (*path, name))


PLACES = list(places(SETTINGS))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["word\n", "word\ud800", "\x1b[31m", "\u202e", "\0", ""]),
    st.text(st.characters(), max_size=5),
)
NAMES = st.one_of(
    st.sampled_from(["file", "env", "secure", "\ud800", "a\nb", "'; id; '"]), st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Finds hangs, not slow machines."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def replaced(place: Place, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(SETTINGS)
    parent: Any = changed
    for name in place[:-1]:
        parent = parent[name]
    parent[place[-1]] = value
    return changed


def problems_of(settings: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        secrets_of_stack(settings, Path())
    except InvalidArguments as invalid:
        return invalid.problems
    return ()


def refused(text: str) -> str:
    with within(20), pytest.raises(InvalidArguments) as invalid:
        list(manifests(text, Path()))
    message = str(invalid.value)
    assert CANARY not in message
    assert len(message) < 1000
    return message


def test_the_settings_are_valid() -> None:
    assert len(secrets_of_stack(SETTINGS, Path())) == 5


@settings(max_examples=500, deadline=None)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_at_any_place(place: Place, value: Any) -> None:
    changed = replaced(place, value)
    for list_name in ENTRIES:
        entries = changed[list_name]
        for entry in entries if isinstance(entries, list) else []:
            plaintext(list_name, entry)
    problems = problems_of(changed)
    shown = str(InvalidDeclaration("stack config", problems))
    shown.encode()
    assert len(shown.splitlines()) == len(problems)
    assert CANARY not in shown


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_lone_surrogates_at_any_place(place: Place) -> None:
    if place == ("formatLabelKey",):
        return  # its own rule rejects all but ASCII
    for value in (f"{CANARY}\ud800", {f"{CANARY}\ud800": "x"}, ["\udfff"]):
        with pytest.raises(InvalidArguments) as invalid:
            secrets_of_stack(replaced(place, value), Path())
        str(InvalidDeclaration("stack config", invalid.value.problems)).encode()


def test_a_lone_surrogate_is_explained() -> None:
    place = ("buckets", 0, "secretAccessKey")
    with pytest.raises(InvalidArguments) as invalid:
        secrets_of_stack(replaced(place, f"{CANARY}\ud800"), Path())
    rule = "must be valid Unicode text, without lone surrogates"
    assert str(invalid.value) == f"buckets[0].secretAccessKey: {rule}"


LEVELS = [f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 11)]
BOMB = "\n".join(["buckets:", f"- a0: &a0 [{CANARY}]", *LEVELS])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(BOMB, "buckets[0].type: is required", id="alias bomb"),
        pytest.param(BOMB + "\n  b: [" + "*a1," * 99 + "]", "has too many aliases", id="many aliases"),
        pytest.param("buckets: &a\n- *a\n- {b: *a}", "buckets[0]: must be a mapping", id="cycle"),
        pytest.param("buckets:\n- &a {remote: *a}", "must be a string", id="cyclic mapping"),
        pytest.param("[" * 100_000, "is nested too deeply", id="brackets"),
        pytest.param("buckets: " + "[" * 100_000, "is nested too deeply", id="brackets of a setting"),
        pytest.param('{"buckets": ' + "[" * 100_000, "is nested too deeply", id="brackets in JSON"),
        pytest.param(
            json.dumps({"buckets": "[" * 100_000}), "buckets: is nested too deeply", id="JSON in JSON"
        ),
        pytest.param(
            json.dumps({"buckets": [CANARY * 25] * 100_000}), "is larger than 16 MiB", id="50 MB of JSON"
        ),
        pytest.param(f"buckets:\n- {CANARY * 250_000}", "is larger than 4 MiB", id="5 MB of YAML"),
        pytest.param('{"buckets": [' + "9" * 5000 + "]}", "a number that is too long", id="long number"),
        pytest.param('{"buckets": "[' + "9" * 5000 + ']"}', "a number that is too long", id="long in JSON"),
        pytest.param("buckets: ['a\x00b']", "is not valid YAML", id="NUL"),
        pytest.param("buckets:\n- 1: x", "buckets[0]: all names must be strings", id="number as name"),
        pytest.param("buckets:\n- {true: x}", "buckets[0]: all names must be strings", id="boolean as name"),
        pytest.param(
            "registries:\n- {yes: x}", "registries[0].yes: is not a setting here", id="word as name"
        ),
        pytest.param(
            "labels: {a: 1}\nregistries:\n- name: x", "registries[0].labels.a: must be", id="number"
        ),
        pytest.param("1: x", "1: is not a setting", id="number as setting"),
        pytest.param(
            "buckets:\n- remote: 123\n  type: s3", "buckets[0].remote: must be a string", id="remote"
        ),
        pytest.param("buckets:\n- !!binary aGVsbG8=", "buckets[0]: must be a mapping", id="binary"),
        pytest.param("buckets: !!python/object:os.system {}", "is not valid YAML", id="tag"),
        pytest.param("buckets: []\n---\nbuckets: []", "is not valid YAML", id="two documents"),
        pytest.param("reloader: maybe\nbuckets: []", "reloader: must be true or false", id="no reloader"),
        pytest.param("protect: maybe\nbuckets: []", "protect: must be true or false", id="no switch"),
    ],
)
def test_texts_of_strangers(text: str, rule: str) -> None:
    assert rule in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "{}",
        "config:",
        "config:\n  # seldon-secrets:buckets: []\n",
        "config: {}",
        "encryptionsalt: v1:abc\n",
        "secretsprovider: passphrase\nencryptedkey: abc\nconfig:\n",
        "config:\n  kubernetes:context: dev\n",
        "config:\n  seldon-secrets:namespaces: [team]\n",
    ],
)
def test_settings_that_declare_nothing(text: str) -> None:
    message = refused(text)
    assert message.startswith("none of the settings buckets, registries, secrets is set")
    assert message.endswith("If you want no Secrets, set seldon-secrets:buckets to []")


@pytest.mark.parametrize("setting", ENTRIES)
def test_no_secrets_on_purpose(setting: str) -> None:
    assert list(manifests(f"config:\n  seldon-secrets:{setting}: []\n", Path())) == []
    assert (
        list(manifests(json.dumps({f"seldon-secrets:{setting}": {"value": "[]", "secret": False}}), Path()))
        == []
    )


@pytest.mark.parametrize("setting", ENTRIES)
def test_a_list_of_null_is_not_on_purpose(setting: str) -> None:
    assert refused(f"config:\n  seldon-secrets:{setting}:\n") == f"{setting}: must be a list"


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("seldon-secret:buckets", "did you mean seldon-secrets:buckets?"),
        ("seldonsecrets:registries", "did you mean seldon-secrets:registries?"),
        ("my-project:buckets", "did you mean seldon-secrets:buckets?"),
        ("seldon-secrets:bukets", "bukets: is not a setting; did you mean buckets?"),
        ("seldon-secrets:protected", "protected: is not a setting; did you mean protect?"),
        ("seldon-secrets:allowFilesOutside", "did you mean allowFilesOutsideProject?"),
    ],
)
def test_misspelled_settings(key: str, suggestion: str) -> None:
    message = refused(f"config:\n  {key}: []\n")
    assert suggestion in message
    assert message.count("\n") == 0


def test_a_prefix_of_the_project_is_known_to_a_caller_that_knows_the_project() -> None:
    text = "other:buckets: []\nseldon-secrets:registries: []"
    assert settings_in(text, project="mine") == {"registries": []}
    with pytest.raises(InvalidArguments):
        settings_in(text, project="other")


def test_shared_aliases_are_harmless() -> None:
    text = "x: &n [team]\nbuckets:\n" + "\n".join(
        f"- {{remote: r{number}, type: gcs, anonymous: true, namespaces: *n}}" for number in range(50)
    )
    assert len(list(manifests(text.replace("x: &n [team]", "namespaces: &n [team]"), Path()))) == 100


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "config: []", "a: " + "{a: " * 100_000])
def test_files_that_take_no_entries(text: str, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text)
    with within(20), pytest.raises(UnusableFile, match="can't be read as YAML"):
        StackFile(file, {})


@pytest.mark.parametrize("text", ["", "config:\n", "encryptionsalt: v1:abc\nconfig:\n  # nothing yet\n"])
def test_an_empty_file_takes_entries(text: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)
    file = StackFile(path, {})
    file.add("buckets", {"remote": "samples", "type": "gcs", "anonymous": True}, {})
    file.write({})
    assert settings_in(path.read_text()) == {
        "buckets": [{"remote": "samples", "type": "gcs", "anonymous": True}]
    }


@pytest.mark.parametrize("value", ["off", "on", "yes", "no", "Off", "y"])
def test_yaml_means_the_same_as_in_pulumi(value: str) -> None:
    assert settings_in(f"labels: {{a: {value}}}") == {"labels": {"a": value}}


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("42", 42), ("~", None), ("1.5", 1.5)]
)
def test_values_that_yaml_does_not_read_as_strings(text: str, value: object) -> None:
    assert settings_in(f"labels: {{a: {text}}}") == {"labels": {"a": value}}
