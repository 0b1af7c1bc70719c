"""Settings under a wrong prefix, which the package would never see: `seldon-secret:buckets`, `<project>:buckets`."""

import re
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher

from seldon_secrets_pulumi.problem import Problem, nearest

PREFIX = "seldon-secrets:"
_LETTERS = re.compile(r"[^a-z]+")
_NAMESPACE = _LETTERS.sub("", PREFIX)
_ALMOST_EQUAL = 0.9  # `seldon-secret` and `sledon-secrets`, but not `seldon-secrets-quickstart`


def misplaced_settings(
    keys: Collection[str], setting_names: Collection[str], project: str | None
) -> Iterator[Problem]:
    """The keys of a stack's configuration that are settings of this package with a wrong prefix.

    A program may read `<project>:buckets` itself. Such a key is accepted if the setting of this package is set too.
    Without the name of the project, every prefix counts as the project's.
    """
    for key in keys:
        namespace, colon, name = key.partition(":")
        if not colon or key.startswith(PREFIX):
            continue
        if namespace != project and _is_almost_prefix(namespace):
            if near := nearest(name, setting_names):
                yield _problem(key, f"did you mean {PREFIX}{near[0]}?")
        elif project in (None, namespace) and name in setting_names and PREFIX + name not in keys:
            own = f"If your program reads {key} itself, set {PREFIX}{name} too"
            yield _problem(key, f"did you mean {PREFIX}{name}? {own}")


def _is_almost_prefix(namespace: str) -> bool:
    letters = _LETTERS.sub("", namespace.lower())
    # The ratio of short texts only: its time grows with their product.
    is_short = len(letters) < 2 * len(_NAMESPACE)
    return is_short and SequenceMatcher(None, letters, _NAMESPACE).ratio() >= _ALMOST_EQUAL


def _problem(key: str, hint: str) -> Problem:
    return Problem(key, f"is not a setting of {PREFIX[:-1]}; {hint}", code="unknown_argument")
