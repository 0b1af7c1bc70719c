"""The catalog matches the rclone of the lock file, and finds backends and options."""

import json
import os
import subprocess
import sys

import pytest

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import (
    _TYPES_OF_SERVICES,
    Providers,
    backend,
    backend_names,
    rclone_version,
)
from tests.support.catalog_rclone import catalog_rclone
from tools import generate_catalog

RCLONE = catalog_rclone()


def providers() -> list[dict[str, object]]:
    """What rclone itself says, without our generator."""
    printed = subprocess.run(
        [str(RCLONE), "config", "providers"],
        env={"RCLONE_CONFIG": os.devnull},
        capture_output=True,
        check=True,
    ).stdout
    return list(json.loads(printed))


def test_generating_again_changes_nothing() -> None:
    assert generate_catalog.catalog_text() == generate_catalog.CATALOG.read_text(encoding="utf-8")
    assert generate_catalog.table_text() == generate_catalog.TABLE.read_text(encoding="utf-8")


def test_everything_that_rclone_lists_is_there() -> None:
    listed = providers()
    assert sorted(str(row["Name"]) for row in listed) == list(backend_names())
    assert rclone_version() == "1.76.0"
    for row in listed:
        known = backend(str(row["Name"]))
        options = row["Options"]
        assert isinstance(options, list)
        assert {option["Name"] for option in options} == set(known.options)
        for option in options:
            ours = known.option(option["Name"])
            assert (
                ours.type,
                ours.required,
                ours.password,
                ours.sensitive,
                ours.exclusive,
                ours.default,
            ) == (
                option["Type"],
                option["Required"],
                option["IsPassword"],
                option["Sensitive"],
                option["Exclusive"],
                "" if option["Name"] == "user" else option["DefaultStr"],
            )
            assert set(option.get("Provider", "").split(",")) <= set(ours.providers.condition.split(","))
            values = [example["Value"] for example in option.get("Examples", [])]
            assert ours.choices() == tuple(dict.fromkeys(values))
            assert option["Help"].split()[:1] == ours.help.split()[:1]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("s3", "s3"),
        ("S3", "s3"),
        ("google cloud storage", "google cloud storage"),
        ("gcs", "google cloud storage"),
        ("GCS", "google cloud storage"),
        ("googlecloudstorage", "google cloud storage"),
        ("Google Photos", "google photos"),
        ("gphotos", "google photos"),
        ("oos", "oracleobjectstorage"),
        ("tardigrade", "tardigrade"),
        (" webdav ", "webdav"),
    ],
)
def test_a_type_by_name_prefix_or_alias(given: str, name: str) -> None:
    assert backend(given).name == name


@pytest.mark.parametrize(("given", "nearest"), [("s33", "s3"), ("azure", "azureblob"), ("webdaw", "webdav")])
def test_an_unknown_type_gets_the_nearest_names(given: str, nearest: str) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        backend(given)
    (problem,) = invalid.value.problems
    assert problem.argument == "type"
    assert f"did you mean {nearest}" in problem.rule
    assert "https://rclone.org/" in problem.rule


def test_choices_depend_on_the_provider() -> None:
    s3 = backend("s3")
    assert len(s3.choices("provider")) == 58
    assert "eu-central-1" in s3.choices("region", provider="AWS")
    assert s3.choices("region", provider="Scaleway") == ("nl-ams", "fr-par", "pl-waw", "it-mil")
    assert set(s3.choices("region")) > set(s3.choices("region", provider="Scaleway"))


def test_an_option_repeated_per_provider_is_one_option() -> None:
    password = backend("koofr").option("password")
    assert password.password
    assert password.providers.names == ("koofr", "digistorage", "other")


@pytest.mark.parametrize(
    ("condition", "provider", "matches"),
    [
        ("", "AWS", True),
        ("AWS,Ceph", "AWS", True),
        ("AWS,Ceph", "Minio", False),
        ("!AWS", "Minio", True),
        ("!AWS", "AWS", False),
        ("AWS", "", True),
    ],
)
def test_a_condition_on_providers_matches_as_in_rclone(condition: str, provider: str, matches: bool) -> None:
    assert (provider in Providers(condition)) is matches


@pytest.mark.parametrize(
    ("type_", "page"),
    [
        ("s3", "s3"),
        ("gcs", "googlecloudstorage"),
        ("google photos", "googlephotos"),
        ("tardigrade", "storj"),
        ("oos", "oracleobjectstorage"),
    ],
)
def test_a_backend_knows_its_page(type_: str, page: str) -> None:
    assert backend(type_).documentation == f"https://rclone.org/{page}/"


def test_looking_nothing_up_reads_nothing() -> None:
    program = (
        "import seldon_secrets_pulumi.rclone.catalog as c; print(c._data.cache_info().currsize, end=' ');"
        "c.backend('s3'); print(c._backend.cache_info().currsize, end='')"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout == "0 1"


@pytest.mark.parametrize(
    ("service", "suggestion"),
    [
        ("minio", "s3 with provider Minio"),
        ("Wasabi", "s3 with provider Wasabi"),
        ("gs", "gcs"),
        ("azure", "azureblob"),
        ("google drive", "drive"),
        ("ssh", "sftp"),
        ("nextcloud", "webdav"),
    ],
)
def test_the_name_of_a_service_suggests_its_backend(service: str, suggestion: str) -> None:
    with pytest.raises(InvalidArguments, match=rf"did you mean {suggestion}\?"):
        backend(service)


def test_every_suggested_backend_exists() -> None:
    for suggestion in set(_TYPES_OF_SERVICES.values()):
        assert backend(suggestion.split(" with ")[0])


def test_the_spellings_in_a_secret_that_rclone_knows() -> None:
    assert backend("gcs").spellings == {"google cloud storage", "gcs", "googlecloudstorage"}
