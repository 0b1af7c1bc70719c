"""The options of a remote: from the values that a user wrote to the strings that rclone reads."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain, islice

from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone import catalog
from seldon_secrets_pulumi.rclone.addresses import address_problems
from seldon_secrets_pulumi.rclone.catalog import Backend, Option
from seldon_secrets_pulumi.rclone.login import answers, login_problems
from seldon_secrets_pulumi.rclone.obscure import obscure, reveal
from seldon_secrets_pulumi.rclone.option_types import type_problem
from seldon_secrets_pulumi.rclone.required import required_problems
from seldon_secrets_pulumi.rclone.s3_endpoint import endpoint_problems
from seldon_secrets_pulumi.rclone.value_syntax import stored_problems, written_options
from seldon_secrets_pulumi.rclone.wrapping import wrapped_remotes

OPTION_NAME = re.compile(r"[0-9A-Za-z_.]+")
"""The only names that rclone's connection strings accept (fs/fspath/path.go)."""

# Storj uses whatever options are set and ignores `provider` (backend/storj/fs.go, NewFs).
_PROVIDER_IS_ADVICE = frozenset({"storj", "tardigrade"})

# The longest spelling of an option: RCLONE_CONFIG_, a remote's name and the option's.
_LONGEST_NAME = 200
_LARGEST = 10**400  # the largest float has 309 digits

# Half of a character, which JSON can contain and no encoding can write.
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# A plain password decodes to this much printable text by chance once in 400 times at most.
_TELLING_LENGTH = 6

# Stands for a value that is not known, or wrong for a reason that is reported elsewhere.
_UNSETTLED = "?"

# Reported per kind of rule. A remote has fewer than a hundred options, so more problems have one cause, and a Secret of a
# stranger may have a hundred thousand.
_MOST_PROBLEMS = 100

# Kinds of problems that concern an option's name and hold whatever its value is.
_NAME_CODES = frozenset({"misspelled_option", "option_name", "unknown_option"})


def check(
    backend_type: str,
    parameters: Mapping[str, object],
    *,
    obscured: bool = False,
    allow_unknown_options: bool = False,
) -> tuple[str, dict[str, str]]:
    """The same as `rclone_options`, checked. Raises `InvalidArguments` with every rule that they break.

    Set `allow_unknown_options` when the rclone that will read the options is newer than the catalog.
    """
    problems = broken_rules(
        backend_type, parameters, obscured=obscured, allow_unknown_options=allow_unknown_options
    )
    if problems:
        raise InvalidArguments(problem.within("parameters") for problem in problems)
    return rclone_options(backend_type, parameters, obscured=obscured)


def rclone_options(
    backend_type: str, parameters: Mapping[str, object], *, obscured: bool = False
) -> tuple[str, dict[str, str]]:
    """The canonical type and the options as strings. Options that are None are not set.

    Obscures the passwords, unless `obscured` says that they are obscured already.
    """
    backend = catalog.backend(backend_type)
    texts, _ = written_options(backend, _texts(backend, _options(backend, parameters)))
    return backend.name, texts if obscured else _with_obscured_passwords(backend, texts)


def broken_rules(
    backend_type: str,
    parameters: Mapping[str, object],
    *,
    obscured: bool = False,
    allow_unknown_options: bool = False,
    unsettled: Collection[str] = (),
) -> list[Problem]:
    """Every rule of rclone that the options break; the path of each problem is the option's name.

    `unsettled` are options whose values are not known yet, or whose problems are reported elsewhere: their names are
    checked, and they count as set. Raises `InvalidArguments` for an unknown type.
    """
    backend = catalog.backend(backend_type)
    settled = {name: value for name, value in parameters.items() if name not in unsettled}
    # The provider decides on other rules. Without one, only the rules for all providers apply.
    placeholders = dict.fromkeys(sorted(set(unsettled) - {"provider"}), _UNSETTLED)
    options = _options(backend, settled | placeholders)
    texts, syntax_problems = written_options(backend, _texts(backend, options))
    by_rule = (
        _not_texts(backend, options, texts),
        _name_problems(backend, options, allow_unknown_options),
        _value_problems(backend, texts, allow_unknown_options),
        iter(syntax_problems),
        address_problems(backend, texts),
        _password_problems(backend, texts, obscured),
        _provider_problems(backend, texts),
        endpoint_problems(texts) if backend.name == "s3" else iter(()),
        login_problems(backend.name, texts),
        _wrapping_problems(backend, texts, allow_unknown_options),
        required_problems(backend, options),
    )
    problems = chain.from_iterable(islice(problems, _MOST_PROBLEMS) for problems in by_rule)
    return [each for each in problems if each.argument not in unsettled or each.code in _NAME_CODES]


def _options(backend: Backend, parameters: Mapping[str, object]) -> dict[str, object]:
    # A Secret that this package wrote also holds the answers to config/create; the format adds them again.
    dropped = answers(backend.name, {})
    return {name: value for name, value in parameters.items() if value is not None and name not in dropped}


def _texts(backend: Backend, options: Mapping[str, object]) -> dict[str, str]:
    """The values that can be written as strings, in rclone's spelling."""
    texts = {name: text for name, value in options.items() if (text := _text(value)) is not None}
    # rclone compares providers case-sensitively; Seldon's documentation writes `aws` and `minio`.
    spellings = {provider.lower(): provider for provider in _providers(backend)}
    if (provider := texts.get("provider", "").lower()) in spellings:
        texts["provider"] = spellings[provider]
    return texts


def _text(value: object) -> str | None:
    """A value as rclone writes it. Whole numbers arrive as floats from a program in another language."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int):
        # Python refuses to write integers of thousands of digits. No option takes more than 64 bits.
        return str(value) if abs(value) < _LARGEST else None
    return str(value) if isinstance(value, (str, float)) else None


def _with_obscured_passwords(backend: Backend, texts: Mapping[str, str]) -> dict[str, str]:
    passwords = {
        name: obscure(backend.name, name, text) for name, text in texts.items() if _is_password(backend, name)
    }
    return {**texts, **passwords}


def _not_texts(
    backend: Backend, options: Mapping[str, object], texts: Mapping[str, str]
) -> Iterator[Problem]:
    for name, value in options.items():
        option = option_of(backend, name)
        if option and option.type == "string" and isinstance(value, bool | int | float):
            # YAML reads 0042 as 34, 1.10 as 1.1 and True as true, so the value may have changed already.
            yield Problem(name, "must be a string; put the value in quotes", code="type")
        elif name not in texts:
            too_long = isinstance(value, int)
            rule = "has too many digits" if too_long else "must be a string, a number or a boolean"
            yield Problem(name, rule, code="type")


def _name_problems(backend: Backend, options: Mapping[str, object], allow_unknown: bool) -> Iterator[Problem]:
    for name in options:
        if option_of(backend, name) or name in backend.unlisted:
            continue
        if name == "type":
            rule = "is an argument of its own, not one of the parameters"
            yield Problem(name, rule, code="unknown_option")
        elif (right := _right_spelling(backend, name)) is not None:
            yield Problem(name, f"is spelled {right} here", code="misspelled_option")
        elif not OPTION_NAME.fullmatch(name):
            rule = f"must consist of letters, digits, `_` and `.`; see the options at {backend.documentation}"
            yield Problem(name, rule, code="option_name")
        elif (prefix := catalog.global_prefix(name)) and not allow_unknown:
            hint = did_you_mean(name.removeprefix(prefix), catalog.global_options()) or "see"
            rule = f"is not a global option of rclone {catalog.rclone_version()}; {hint}"
            yield Problem(name, f"{rule} {catalog.GLOBAL_OPTIONS_PAGE}", code="unknown_option")
        elif not allow_unknown:
            hint = did_you_mean(name, backend.options) or "see the options at"
            rule = f"is not an option of {backend.name} (rclone {catalog.rclone_version()}); {hint}"
            yield Problem(name, f"{rule} {backend.documentation}", code="unknown_option")


def option_of(backend: Backend, name: str) -> Option | None:
    """The option of the backend, or the global option behind `override.` or `global.`, which every backend has."""
    return backend.options.get(name) or catalog.global_option(name)


def _right_spelling(backend: Backend, name: str) -> str | None:
    """The option that a flag, an environment variable or a name in another language's case stands for."""
    if len(name) > _LONGEST_NAME:
        return None
    options = _options_by_folded_name(backend.name)
    folded = _folded(name)
    if folded.startswith("rcloneconfig"):
        ends = (option for option in options if folded.endswith(option))
        return options.get(max(ends, key=len, default=""))
    bare = folded.removeprefix("rclone").removeprefix(_folded(backend.prefix))
    return options.get(folded) or options.get(bare)


@cache
def _options_by_folded_name(backend_name: str) -> Mapping[str, str]:
    backend = catalog.backend(backend_name)
    return {_folded(option): option for option in (*backend.unlisted, *backend.options)}


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _value_problems(backend: Backend, texts: Mapping[str, str], allow_unknown: bool) -> Iterator[Problem]:
    for name, text in texts.items():
        option = option_of(backend, name)
        if text.endswith(("\n", "\r")):
            yield Problem(name, "must not end with a line break (values that are read from a file often do)")
        elif _SURROGATE.search(text):
            yield Problem(name, "must be valid Unicode text")
        elif option and (rule := _value_rule(option, text, allow_unknown, backend.documentation)):
            yield Problem(name, rule)


def _value_rule(option: Option, text: str, allow_unknown: bool, documentation: str) -> str | None:
    if option.type == "string" and not text and option.default:
        # rclone reads an empty variable as a value, and an empty entry of its configuration file as none.
        return (
            "must not be empty: one format would deliver an empty value, the other rclone's default"
            f" {option.default!r}"
        )
    if text and not allow_unknown and (option.exclusive or option.name == "provider"):
        choices = [choice for choice in option.choices() if choice]
        if choices and text not in choices:
            return f"must be one of the values at {documentation} {did_you_mean(text, choices)}".rstrip()
    return type_problem(option, text)


def _password_problems(backend: Backend, texts: Mapping[str, str], obscured: bool) -> Iterator[Problem]:
    for name, text in texts.items():
        if not _is_password(backend, name):
            continue
        if obscured and _revealed(text) is None:
            yield Problem(name, "must be obscured: the output of `rclone obscure`", code="password")
        if not obscured and _is_obscured(backend, name, text):
            yield Problem(name, "must be the plain password but looks obscured", code="password")


def _is_obscured(backend: Backend, name: str, text: str) -> bool:
    plain = _revealed(text)
    if plain is None:
        return False
    ours = obscure(backend.name, name, plain) == text
    return ours or (len(plain) >= _TELLING_LENGTH and plain.isascii() and plain.isprintable())


def _revealed(text: str) -> str | None:
    try:
        return reveal(text).decode()
    except ValueError:
        return None


def _provider_problems(backend: Backend, texts: Mapping[str, str]) -> Iterator[Problem]:
    """Options of a single other provider, which would have no effect.

    Longer lists of providers only drive rclone's dialogue: it sends `region` or `acl` to any provider.
    """
    provider = texts.get("provider", "")
    if backend.name in _PROVIDER_IS_ADVICE or provider not in _providers(backend) or provider == "Other":
        return
    for name in texts:
        providers = backend.options[name].providers if name in backend.options else None
        if providers and provider not in providers and len(providers.names) == 1:
            rule = "must not be set for" if providers.excludes else "is only for"
            rule = f"{rule} provider {providers.names[0]}; provider is {provider}"
            yield Problem(name, rule, code="provider")


def _wrapping_problems(backend: Backend, texts: Mapping[str, str], allow_unknown: bool) -> Iterator[Problem]:
    for name, remote in wrapped_remotes(backend.name, texts):
        if isinstance(remote, str):
            yield Problem(name, remote, code="wrapped_remote")
            continue
        try:
            problems = broken_rules(
                remote.type, remote.parameters, obscured=True, allow_unknown_options=allow_unknown
            )
        except InvalidArguments as invalid:
            problems = list(invalid.problems)
        else:
            wrapped = catalog.backend(remote.type)
            problems += stored_problems(wrapped, remote.parameters)
        for problem in problems:
            yield Problem(name, f"wrapped remote: {problem}", code="wrapped_remote")


def _is_password(backend: Backend, name: str) -> bool:
    return name in backend.options and backend.options[name].password


def _providers(backend: Backend) -> tuple[str, ...]:
    return _providers_of(backend.name)


@cache
def _providers_of(backend_name: str) -> tuple[str, ...]:
    backend = catalog.backend(backend_name)
    return backend.choices("provider") if "provider" in backend.options else ()
