"""Settings with a misspelled prefix, or with the project's."""

import pytest

from seldon_secrets_pulumi.model.setting_names import misplaced_settings

SETTINGS = {"buckets", "labels", "registries"}


def problems(*keys: str, project: str | None = "platform") -> list[str]:
    return [str(problem) for problem in misplaced_settings(keys, SETTINGS, project)]


@pytest.mark.parametrize(
    "key",
    [
        "seldon-secret:buckets",
        "seldonsecrets:buckets",
        "seldon_secrets:buckets",
        "Seldon-Secrets:bucket",
        "sledon-secrets:bukets",
    ],
)
def test_a_misspelled_prefix(key: str) -> None:
    expected = [f"{key}: is not a setting of seldon-secrets; did you mean seldon-secrets:buckets?"]
    assert problems(key) == expected
    # Even beside the right one, and without the name of the project.
    assert problems(key, "seldon-secrets:buckets", project=None) == expected


def test_the_prefix_of_the_project() -> None:
    (problem,) = problems("platform:buckets", "seldon-secrets:labels")
    assert "did you mean seldon-secrets:buckets? If your program reads platform:buckets itself" in problem
    assert problems("platform:buckets", "seldon-secrets:buckets") == []
    assert problems("platform:bucket", "platform:region") == []
    # A file tells nothing of the project.
    assert len(problems("platform:buckets", project=None)) == 1


@pytest.mark.parametrize(
    "key",
    [
        "seldon-secrets:anything",
        "seldon-secrets-quickstart:buckets",
        "kubernetes:namespace",
        "seldon-secret:replicas",
        "aws:labels",
        "buckets",
        "s" * 10**6 + ":buckets",
    ],
)
def test_settings_of_others(key: str) -> None:
    assert problems(key) == []


def test_a_project_with_almost_this_name() -> None:
    assert problems("seldon-secret:bucket", project="seldon-secret") == []
    assert len(problems("seldon-secret:buckets", project="seldon-secret")) == 1
