"""One request to the API server, with bounded patience, and an answer that is certain to be the API server's."""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.inventory.cluster_errors import ClusterError, RejectedError
from seldon_secrets_pulumi.inventory.no_answer import address, is_transient, why_no_answer
from seldon_secrets_pulumi.time_limit import within
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json, printable

if TYPE_CHECKING:
    from kubernetes.client import ApiException, Configuration

_SOCKET_SECONDS = (10, 60)  # to connect, and between two bytes of the answer
_ANSWER_SECONDS = 120
_TRIES = 3
_FIRST_WAIT_SECONDS = 0.5
# A longer `Retry-After` is reported instead of obeyed: nobody sees a command wait.
_LONGEST_WAIT_SECONDS = 10

METADATA_LIST = "PartialObjectMetadataList"
"""The kind of a list of objects without their content."""

_TOO_MANY_REQUESTS = 429
_MEANINGS = {
    401: "the API server does not accept your credentials; they may have expired",
    403: "the API server does not permit the request",
    410: "listing took too long for the API server; run the command again, or for fewer namespaces",
}


class ApiRequests:
    """Sends requests with the client's functions for the API."""

    def __init__(self, configuration: "Configuration") -> None:
        self._configuration = configuration

    def read(
        self, kind: str, call: Callable[..., Any], *arguments: object, **options: object
    ) -> dict[str, Any]:
        """The answer to a request that changes nothing, an object of this kind. Tried three times.

        Raises `RejectedError` if the API server answers with an error, `ClusterError` if there is no answer.
        """
        return self._answer(kind, call, *arguments, changes=False, **options)

    def change(
        self, kind: str, call: Callable[..., Any], *arguments: object, **options: object
    ) -> dict[str, Any]:
        """The same for a request that changes something. It is only repeated if the API server did not begin it."""
        return self._answer(kind, call, *arguments, changes=True, **options)

    def _answer(
        self, kind: str, call: Callable[..., Any], *arguments: object, changes: bool, **options: object
    ) -> dict[str, Any]:
        wait = _FIRST_WAIT_SECONDS
        for attempt in range(1, _TRIES + 1):
            try:
                return self._one_answer(kind, call, *arguments, **options)
            except _TransientError as failure:
                tries = "" if attempt == 1 else f" (tried {attempt} times)"
                seconds = failure.retry_after or 0
                if seconds > _LONGEST_WAIT_SECONDS:
                    hint = f"; it asks to wait {seconds} s, so run the command again later"
                    raise failure.error(tries + hint) from None
                if attempt == _TRIES or (changes and failure.status != _TOO_MANY_REQUESTS):
                    raise failure.error(tries, is_transient=True) from None
            # Many clients that failed at the same moment should not all come back at the same moment.
            time.sleep(max(seconds, wait * random.uniform(0.75, 1.25)))  # noqa: S311 - not for cryptography
            wait *= 2
        raise AssertionError  # the last attempt returns or raises

    def _one_answer(
        self, kind: str, call: Callable[..., Any], *arguments: object, **options: object
    ) -> dict[str, Any]:
        from kubernetes.client import ApiException
        from urllib3.exceptions import HTTPError

        def body() -> tuple[bytes, str]:
            # The client's own models take ten times as long and several times the memory as plain data.
            response = call(*arguments, _preload_content=False, _request_timeout=_SOCKET_SECONDS, **options)
            return response.data, response.headers.get("Content-Type", "")

        server = address(self._configuration.host)
        try:
            content, content_type = within(_ANSWER_SECONDS, body)
        except ApiException as error:
            if error.status:
                raise _rejection(error, server) from None
            raise self._no_answer(error) from None  # the client's wrapping of a TLS error
        except TimeoutError:
            raise ClusterError(
                f"no answer from {server}: it was not complete after {_ANSWER_SECONDS} s"
            ) from None
        except (HTTPError, OSError) as error:
            raise self._no_answer(error) from None
        except ValueError:
            # http.client's message contains the header's value, the token.
            raise ClusterError(
                "the kubeconfig's token can't be sent: it contains a line break or a character that is not ASCII"
            ) from None
        return _parsed(content, content_type, kind, server)

    def _no_answer(self, error: Exception) -> Exception:
        reason = why_no_answer(error, self._configuration)
        return _TransientError(reason) if is_transient(error) else ClusterError(reason)


class _TransientError(Exception):
    """A failure that another try may not have."""

    def __init__(self, reason: str, status: int | None = None, retry_after: int | None = None) -> None:
        self.reason, self.status, self.retry_after = reason, status, retry_after
        super().__init__(reason)

    def error(self, suffix: str, *, is_transient: bool = False) -> ClusterError:
        """The error that ends the attempts."""
        text = self.reason + suffix
        error = ClusterError(text) if self.status is None else RejectedError(self.status, text)
        error.is_transient = is_transient
        return error


def _rejection(error: "ApiException", server: str) -> Exception:
    status = error.status or 0
    if status in _MEANINGS:
        return RejectedError(status, _MEANINGS[status])
    reason = printable(f"{server} answered {status} {error.reason or ''}".rstrip())
    if status < 400:
        return RejectedError(status, f"{reason}, as an API server does not; check the address and proxies")
    if status in {409, _TOO_MANY_REQUESTS} or status >= 500:
        return _TransientError(reason, status, _retry_after(error))
    return RejectedError(status, reason)


def _retry_after(error: "ApiException") -> int | None:
    """The seconds of the header. The API server sends seconds, never a date."""
    text = str((error.headers or {}).get("Retry-After", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _parsed(content: bytes, content_type: str, kind: str, server: str) -> dict[str, Any]:
    """The answer as plain data, if it is what the API server answers."""
    try:
        answer = parse_json(content.decode())
    except (UnicodeDecodeError, UnreadableTextError):
        answer = None
    if isinstance(answer, dict) and answer.get("kind") == kind and _has_valid_fields(answer, kind):
        return answer
    if not content:
        description = "is empty"
    elif "html" in content_type.lower() or content.lstrip()[:1] == b"<":
        description = "is a web page"
    elif not isinstance(answer, dict):
        description = "is not JSON, or cut off"
    else:
        description = f"is not a {kind}"
    raise ClusterError(
        f"the answer of {server} {description}, so it is not a Kubernetes API server's; check the address and proxies"
    )


def _has_valid_fields(answer: dict[str, Any], kind: str) -> bool:
    """Whether the fields that every object of the kind has are there."""
    if kind.endswith("List"):
        if kind == METADATA_LIST and answer.get("items", ()) is None:
            answer["items"] = []  # as the API server writes an empty list
        items = answer.get("items")
        page = answer.get("metadata")
        return (
            isinstance(items, list)
            and all(_is_named(item) for item in items)
            and isinstance(page, dict)
            and isinstance(page.get("continue") or "", str)
        )
    if kind == "Status":
        return answer.get("status") == "Success"
    if kind.endswith("Review"):
        status = answer.get("status")
        return isinstance(status, dict) and isinstance(status.get("allowed"), bool)
    return _is_named(answer)


def _is_named(item: object) -> bool:
    metadata = item.get("metadata") if isinstance(item, dict) else None
    return isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
