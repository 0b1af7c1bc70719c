"""HTTP connections to the platform and its OIDC server: trusted certificates, proxies, bounded answers."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.platform_api.errors import PlatformError
from seldon_secrets_pulumi.time_limit import within
from seldon_secrets_pulumi.untrusted_text import printable

_SOCKET_SECONDS, _ANSWER_SECONDS = 15, 45
_TRIES, _FIRST_WAIT_SECONDS = 3, 0.5
_LARGEST_ANSWER = 16 * 1024 * 1024

# The answers of gateways and overloaded servers, after which another try may succeed.
TRANSIENT = frozenset({429, 502, 503, 504})

_Result = TypeVar("_Result")


def client_options(url: str, ca_file: str | None) -> dict[str, Any]:
    """The options of an httpx client for the host of this address."""
    parts = urlsplit(url)
    is_direct = proxy_bypass(parts.netloc)
    proxy = None if is_direct else getproxies().get(parts.scheme)
    try:
        transport = httpx.HTTPTransport(verify=_trust(ca_file), proxy=proxy)
    except ValueError:
        raise UsageError("the address of the proxy (HTTPS_PROXY) is not valid") from None
    return {
        "transport": transport,
        "timeout": _SOCKET_SECONDS,
        # A small answer could unpack to any size, so none is compressed.
        "headers": {"Accept-Encoding": "identity"},
        "event_hooks": {"response": [_reject_large_answers]},
    }


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (ssl.SSLError, OSError):
        raise UsageError("the platform's ssl_ca_cert is not a file with certificates in PEM format") from None


class _UnacceptableAnswerError(Exception):
    """An answer that is not read."""


def _reject_large_answers(response: httpx.Response) -> None:
    """Called before the body of an answer is read."""
    length = response.headers.get("Content-Length", "")
    is_bounded = length.isascii() and length.isdigit() and len(length) < 10
    if is_bounded and int(length) > _LARGEST_ANSWER:
        raise _UnacceptableAnswerError("is larger than 16 MiB")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _UnacceptableAnswerError("is compressed, although it must not be")
    if not is_bounded:
        response.stream = _Limited(cast("httpx.SyncByteStream", response.stream))


class _Limited(httpx.SyncByteStream):
    """The body of an answer without a length."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > _LARGEST_ANSWER:
                raise _UnacceptableAnswerError("is larger than 16 MiB")
            yield chunk

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()


def answer(server: str, call: Callable[[], _Result], *, is_transient: Callable[[_Result], bool]) -> _Result:
    """The result of a call that changes nothing, tried three times. Raises `PlatformError` with the cause."""
    wait = _FIRST_WAIT_SECONDS
    for attempt in range(1, _TRIES + 1):
        last = attempt == _TRIES
        try:
            result = single_answer(server, call)
        except _TransientError:
            if last:
                raise
        else:
            if last or not is_transient(result):
                return result
        time.sleep(wait)
        wait *= 2
    raise AssertionError  # the last attempt returns or raises


def single_answer(server: str, call: Callable[[], _Result]) -> _Result:
    """The result of a call, tried once."""
    try:
        return within(_ANSWER_SECONDS, call)
    except TimeoutError:
        raise PlatformError(
            f"no answer from {server}: it was not complete after {_ANSWER_SECONDS} s"
        ) from None
    except _UnacceptableAnswerError as error:
        raise PlatformError(f"the answer of {server} {error}") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        kind = _TransientError if _is_transient(error) else PlatformError
        raise kind(f"no answer from {server}: {_reason(error)}") from None


class _TransientError(PlatformError):
    """A failure that another try may not have."""


def server_of(url: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(url)
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")


def _is_transient(error: Exception) -> bool:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError | socket.gaierror) for cause in causes):
        return False
    return isinstance(
        error, httpx.ConnectError | httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _reason(error: Exception) -> str:
    """The cause in words. httpx keeps the operating system's exception as the context."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({printable(cause.verify_message)});"
                " name the CA's file with --platform-ca"
            )
        if isinstance(cause, socket.gaierror):
            return "its name can't be resolved (DNS)"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS; is the address right?"
    reasons: list[tuple[type[Exception], str]] = [
        (httpx.ProxyError, "the proxy refused the connection; check HTTPS_PROXY and NO_PROXY"),
        (httpx.ConnectTimeout, "no connection in time; is a VPN or a firewall in between?"),
        (httpx.TimeoutException, "it accepted the request and did not answer in time"),
        (httpx.ConnectError, "no connection"),
        (httpx.RemoteProtocolError, "it closed the connection"),
        (httpx.ReadError, "it closed the connection"),
    ]
    return next((text for kind, text in reasons if isinstance(error, kind)), "the request failed")
