"""Values that one of the formats cannot deliver to rclone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_neither_format_takes_what_is_no_text(value: str) -> None:
    assert env_var_problem(value)
    assert config_param_problem(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("a\nb", "line"),
        ("a\r", "line"),
        ('"a', "quote"),
        ("'a'", "quote"),
        ("%(a)s", "%(…)s"),
        ("x%(a b)sx", "%(…)s"),
    ],
)
def test_values_that_core_2_cannot_deliver(value: str, word: str) -> None:
    assert env_var_problem(value) is None
    assert word in (config_param_problem(value) or "")


@pytest.mark.parametrize(
    "value", ["", '"a:b', "'a,b'", 'a"b', "a'", "%(a)", "%()s", "config_x", " a ", "日本"]
)
def test_values_that_core_2_delivers(value: str) -> None:
    assert config_param_problem(value, "region") is None


def test_an_option_that_rclone_takes_for_an_answer() -> None:
    assert config_param_problem("x", "config_file")
    assert config_param_problem("x", "box_config_file") is None


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_short_text_fits_in_a_variable(value: str) -> None:
    assert env_var_problem(value) is None


@pytest.mark.parametrize("letter", ["x", "é", "日"])
def test_a_variable_has_a_length_in_bytes(letter: str) -> None:
    fits = (32 * 4096 - 128) // len(letter.encode())
    assert env_var_problem(letter * fits) is None
    assert "bytes" in (env_var_problem(letter * (fits + 1)) or "")


@given(st.text(min_size=10))
def test_a_rule_never_holds_the_value(value: str) -> None:
    for rule in (env_var_problem(value), config_param_problem(value)):
        assert rule is None or value not in rule
