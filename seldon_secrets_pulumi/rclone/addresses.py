"""The forms of addresses that rclone reads: URLs, names of hosts, and hosts with ports.

Settled with rclone 1.65 to 1.75: it passes an address of another form on to the network, which answers with an error
that does not name the option ("unsupported protocol scheme", "too many colons in address", "no such host").
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.catalog import Backend
from seldon_secrets_pulumi.rclone.option_types import separated

# Options that are URLs in every backend that has them.
_URL_OPTIONS = frozenset(
    {
        "api_url",
        "auth_url",
        "doi_resolver_api_url",
        "download_url",
        "front_endpoint",
        "ibm_iam_endpoint",
        "plex_url",
        "sas_url",
        "storage_url",
        "sts_endpoint",
        "tenant_url",
        "tokenURL",
        "token_url",
        "url",
    }
)
_URL_OPTIONS_OF = frozenset({("swift", "auth")})
# `endpoint` is a URL too, except here, where the library of the service adds the scheme.
_ENDPOINT_WITHOUT_SCHEME = frozenset({"google cloud storage", "oracleobjectstorage", "qingstor"})
# rclone appends a colon and the option `port`.
_HOST_WITH_PORT_OPTION = frozenset({("ftp", "host"), ("sftp", "host"), ("smb", "host")})
# rclone prepends the scheme; netstorage appends paths to a host with a path.
_HOST_AFTER_SCHEME = frozenset(
    {("filescom", "site"), ("netstorage", "host"), ("pcloud", "hostname"), ("quatrix", "host")}
)
_HOST_LIST = frozenset({("hdfs", "namenode")})
# `<node id>@<host>:<port>`; rclone knows the host names of Storj's own satellites.
_SATELLITE = "satellite_address"

_SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*://")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
_IPV6 = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
_HOST = re.compile(r"[^\s\x00-\x1f\x7f/\\:?#@]+|\[[0-9A-Fa-f:.%\w-]+\]")
# The mistakes in the name of a host, and the rule of each. The first that matches counts, and the last always does.
_NOT_A_HOST = (
    (_SCHEME, "must be the name of a host without a scheme; the type decides on the protocol"),
    (
        re.compile(r"\A[/\\]{2}"),
        "must be the name of a host without slashes; the share or folder belongs to the path of the URI",
    ),
    (re.compile("@"), "must be the name of a host; the user has the option user"),
    (re.compile(rf"\A{_IPV6.pattern}\Z"), "must have brackets around an IPv6 address, [2001:db8::1]"),
    (re.compile(r":[0-9]*\Z"), "must not contain a port; use the option port"),
    (
        re.compile(""),
        "must be the name or address of a host, such as files.example.com, without a path or spaces",
    ),
)


def url_rule(text: str) -> str | None:
    """The rule that the URL of a server breaks, if it does."""
    if "://" not in text:
        return "must start with https:// or http://; without a scheme, rclone can't use it or guesses one"
    try:
        url = urlsplit(text)
        is_valid = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        is_valid = False
    if not is_valid or _SPACE.search(text):
        return "must be a URL such as https://minio.example.com:9000, without spaces"
    return None


def address_problems(backend: Backend, options: Mapping[str, str]) -> Iterator[Problem]:
    """Each option that is an address in a form that rclone can't use. An empty option is not set."""
    for name, text in options.items():
        if name in backend.options or name in backend.unlisted:
            rule = _rule(backend, name, text) if text else None
            if rule is not None:
                yield Problem(name, rule)


def _rule(backend: Backend, name: str, text: str) -> str | None:
    key = (backend.name, name)
    if _is_url(backend.name, name):
        return url_rule(text)
    if name == "endpoint" or key in _HOST_AFTER_SCHEME:
        return _host_after_scheme_rule(text, may_have_scheme=name == "endpoint")
    if key in _HOST_WITH_PORT_OPTION:
        return _host_rule(text)
    if key in _HOST_LIST:
        hosts = separated(text, ",") or []
        return next(filter(None, map(_host_and_port_rule, hosts)), None)
    if name == _SATELLITE and (_SCHEME.match(text) or _SPACE.search(text)):
        return "must be the name of a satellite, or `<node ID>@<host>:<port>`, without a scheme"
    return None


def _is_url(backend_name: str, name: str) -> bool:
    if name == "endpoint":
        return backend_name not in _ENDPOINT_WITHOUT_SCHEME
    return name in _URL_OPTIONS or (backend_name, name) in _URL_OPTIONS_OF


def _host_rule(text: str) -> str | None:
    """The rule of an address that is only a host, because the port is an option of its own."""
    if _HOST.fullmatch(text) and not _IPV6.fullmatch(text):
        return None
    return next(rule for pattern, rule in _NOT_A_HOST if pattern.search(text))


def _host_after_scheme_rule(text: str, *, may_have_scheme: bool) -> str | None:
    if may_have_scheme and "://" in text:
        return url_rule(text)
    if _SCHEME.match(text):
        return "must not start with a scheme; rclone adds it"
    if _SPACE.search(text) or "\\" in text or text.startswith("/") or _IPV6.fullmatch(text):
        return "must start with the name of a host, such as files.example.com, and not contain spaces"
    return None


def _host_and_port_rule(text: str) -> str | None:
    if _SCHEME.match(text):
        return "must consist of hosts with ports, namenode:8020, without a scheme"
    host, _, port = text.rpartition(":")
    if _SPACE.search(text) or not host or not port.isdigit() or "/" in text:
        return "must consist of hosts with ports, such as namenode:8020"
    return None
