"""Passwords are obscured as rclone obscures them."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi.rclone.obscure import obscure, reveal
from tests.support.catalog_rclone import catalog_rclone

RCLONE = str(catalog_rclone())


def rclone(*arguments: str, given: str = "") -> bytes:
    return subprocess.run([RCLONE, *arguments], input=given.encode(), capture_output=True, check=True).stdout


def test_the_same_password_always_gives_the_same_text() -> None:
    # Worked out once from rclone's key by the documented derivation; another text would be a change to every Secret.
    assert obscure("sftp", "pass", "hunter2") == "Nepi3pc1OUJn94XBDEdBMfH0YyE2KWU"


def test_the_same_password_elsewhere_gives_another_text() -> None:
    texts = {
        obscure(*place, "same") for place in [("sftp", "pass"), ("ftp", "pass"), ("sftp", "key_file_pass")]
    }
    assert len(texts) == 3
    assert obscure("a", "bc", "d") != obscure("ab", "c", "d")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_rclone_reveals_what_was_obscured(password: str) -> None:
    # rclone takes what it reveals from its arguments only; nothing here is a credential.
    assert rclone("reveal", "--", obscure("webdav", "pass", password)) == password.encode() + b"\n"


@settings(max_examples=20, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1, max_size=50)
)
def test_passwords_that_rclone_obscured_are_revealed(password: str) -> None:
    # From standard input rclone takes one line, without the spaces around it.
    if password == password.strip():
        assert reveal(rclone("obscure", "-", given=password).decode().strip()) == password.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_revealing_undoes_obscuring(password: str) -> None:
    assert reveal(obscure("webdav", "pass", password)).decode() == password


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "x" * 21,
        "a" * 25,
        "A+/A" * 8,
        "YWFhYWFhYWFhYWFhYWFhYQ==",
        "ü" * 40,
        "canary canary canary canary",
    ],
)
def test_text_that_rclone_cannot_reveal_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"too short|not base64url") as refused:
        reveal(text)
    assert "canary" not in str(refused.value)
    with pytest.raises(subprocess.CalledProcessError):
        rclone("reveal", "--", text)
