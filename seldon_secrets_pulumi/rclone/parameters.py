"""The parameters of a remote: from what a user wrote to what rclone reads, or every rule that is broken."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import Backend, Option, backend, rclone_version
from seldon_secrets_pulumi.rclone.login import answers, login_problems
from seldon_secrets_pulumi.rclone.obscure import obscure, reveal
from seldon_secrets_pulumi.rclone.option_types import type_problem
from seldon_secrets_pulumi.rclone.required import required_problems
from seldon_secrets_pulumi.rclone.wrapping import wrapped

OPTION_NAME = re.compile(r"[0-9A-Za-z_.]+")
"""The names that rclone's connection strings take, and no others (fs/fspath/path.go)."""

# Storj reads what it finds, whatever `provider` says (backend/storj/fs.go, NewFs).
_PROVIDER_IS_ADVICE = frozenset({"storj", "tardigrade"})

# Printable text this long out of a password that was never obscured is chance once in 400 times at most.
_TELLING_LENGTH = 6

_Rules = Iterator[tuple[str, str]]
"""Pairs of a parameter's name and the rule that it breaks."""


def check(
    type_: str,
    parameters: Mapping[str, object],
    *,
    obscured: bool = False,
    allow_unknown_options: bool = False,
    argument: str = "parameters",
) -> tuple[str, dict[str, str]]:
    """The canonical type and the parameters as text, passwords obscured; `InvalidArguments` with every problem.

    `obscured` says that the passwords are obscured already, `allow_unknown_options` that the rclone which will
    read them is newer than the catalog. Parameters that are None are left out.
    """
    known = backend(type_)
    # A Secret that was written before also answers what config/create asks; the format answers anew.
    mechanical = answers(known.name, {})
    given = {
        name: value for name, value in parameters.items() if value is not None and name not in mechanical
    }
    texts = _texts(known, given)
    rules = chain(
        ((name, "must be a text, a number or a boolean") for name in given if name not in texts),
        _name_rules(known, given, allow_unknown_options),
        _rules(known, texts, obscured, allow_unknown_options),
        required_problems(known, given),
    )
    problems = [Problem(f"{argument}.{name}", rule) for name, rule in rules]
    if problems:
        raise InvalidArguments(problems)
    return known.name, texts if obscured else _with_obscured_passwords(known, texts)


def _texts(known: Backend, given: Mapping[str, object]) -> dict[str, str]:
    """The values that have a text, in rclone's spelling."""
    texts = {name: text for name, value in given.items() if (text := _text(value)) is not None}
    # rclone compares providers letter by letter; Seldon's documentation writes `aws` and `minio`.
    spellings = {provider.lower(): provider for provider in _providers(known)}
    if (provider := texts.get("provider", "").lower()) in spellings:
        texts["provider"] = spellings[provider]
    return texts


def _text(value: object) -> str | None:
    """As rclone writes values. Whole numbers arrive as floats from a program in another language."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) else None


def _with_obscured_passwords(known: Backend, texts: Mapping[str, str]) -> dict[str, str]:
    passwords = {
        name: obscure(known.name, name, text) for name, text in texts.items() if _is_password(known, name)
    }
    return {**texts, **passwords}


def _rules(known: Backend, texts: Mapping[str, str], obscured: bool, allow_unknown: bool) -> _Rules:
    yield from _value_rules(known, texts, allow_unknown)
    yield from _password_rules(known, texts, obscured)
    yield from _provider_rules(known, texts)
    yield from login_problems(known.name, texts)
    yield from _wrapping_rules(known, texts, allow_unknown)


def _name_rules(known: Backend, given: Mapping[str, object], allow_unknown: bool) -> _Rules:
    for name in given:
        if name in known.options or name in known.unlisted:
            continue
        if name == "type":
            yield name, "is an argument of its own, not one of the parameters"
        elif (right := _right_spelling(known, name)) is not None:
            yield name, f"is spelt {right} here"
        elif not OPTION_NAME.fullmatch(name):
            yield name, f"must be of letters, digits, `_` and `.`; the options: {known.documentation}"
        elif not allow_unknown:
            hint = did_you_mean(name, known.options) or "the options:"
            where = f"{known.name} (rclone {rclone_version()})"
            yield name, f"is not an option of {where}; {hint} {known.documentation}"


def _right_spelling(known: Backend, name: str) -> str | None:
    """The option that a flag, an environment variable or a name in another language's case means."""
    options = {_folded(option): option for option in (*known.unlisted, *known.options)}
    folded = _folded(name)
    if folded.startswith("rcloneconfig"):
        ends = (option for option in options if folded.endswith(option))
        return options.get(max(ends, key=len, default=""))
    bare = folded.removeprefix("rclone").removeprefix(_folded(known.prefix))
    return options.get(folded) or options.get(bare)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _value_rules(known: Backend, texts: Mapping[str, str], allow_unknown: bool) -> _Rules:
    for name, text in texts.items():
        option = known.options.get(name)
        if text.endswith(("\n", "\r")):
            yield name, "must not end with a line break, as a value that was read from a file often does"
        elif (
            option is not None
            and (rule := _value_rule(option, text, allow_unknown, known.documentation)) is not None
        ):
            yield name, rule


def _value_rule(option: Option, text: str, allow_unknown: bool, documentation: str) -> str | None:
    if option.type == "string" and not text and option.default:
        # An empty variable is a value to rclone, an empty entry of its configuration file is none.
        return f"must not be empty: one format would deliver that and the other rclone's {option.default!r}"
    if text and not allow_unknown and (option.exclusive or option.name == "provider"):
        choices = [choice for choice in option.choices() if choice]
        if choices and text not in choices:
            return f"must be one of the values at {documentation} {did_you_mean(text, choices)}".rstrip()
    return type_problem(option, text)


def _password_rules(known: Backend, texts: Mapping[str, str], obscured: bool) -> _Rules:
    for name, text in texts.items():
        if not _is_password(known, name):
            continue
        if obscured and _revealed(text) is None:
            yield name, "must be what `rclone obscure` prints, since obscured is set"
        if not obscured and _is_obscured(known, name, text):
            yield name, "must be the password itself and looks obscured; set obscured when all passwords are"


def _is_obscured(known: Backend, name: str, text: str) -> bool:
    plain = _revealed(text)
    if plain is None:
        return False
    ours = obscure(known.name, name, plain) == text
    return ours or (len(plain) >= _TELLING_LENGTH and plain.isascii() and plain.isprintable())


def _revealed(text: str) -> str | None:
    try:
        return reveal(text).decode()
    except ValueError:
        return None


def _provider_rules(known: Backend, texts: Mapping[str, str]) -> _Rules:
    """An option of a single provider does nothing for another one.

    Longer lists are what rclone's dialogue offers: it sends `region`, `acl` and the like to any provider.
    """
    provider = texts.get("provider", "")
    if known.name in _PROVIDER_IS_ADVICE or provider not in _providers(known) or provider == "Other":
        return
    for name in texts:
        providers = known.options[name].providers if name in known.options else None
        if providers and provider not in providers and len(providers.names) == 1:
            rule = "must be left out for" if providers.excludes else "is only for"
            yield name, f"{rule} provider {providers.names[0]}; provider is {provider}"


def _wrapping_rules(known: Backend, texts: Mapping[str, str], allow_unknown: bool) -> _Rules:
    for name, target in wrapped(known.name, texts):
        if isinstance(target, str):
            yield name, target
            continue
        try:
            check(
                target.type,
                target.parameters,
                obscured=True,
                allow_unknown_options=allow_unknown,
                argument="within it",
            )
        except InvalidArguments as invalid:
            yield from ((name, str(problem)) for problem in invalid.problems)


def _is_password(known: Backend, name: str) -> bool:
    return name in known.options and known.options[name].password


def _providers(known: Backend) -> tuple[str, ...]:
    return known.choices("provider") if "provider" in known.options else ()
