"""Problems: their paths, and their sentences in another spelling."""

from seldon_secrets_pulumi.problem import Problem, did_you_mean, nearest, unknown_argument


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


def test_another_spelling_reaches_the_arguments_and_nothing_else() -> None:
    rule = "the key of env_auth is required unless {} is true"
    problem = Problem("secret_access_key", rule, ("env_auth",), "required")
    spelled = problem.spelled(camel_case)
    assert str(spelled) == "secretAccessKey: the key of env_auth is required unless envAuth is true"
    assert (spelled.code, problem.rule) == ("required", rule.replace("{}", "env_auth"))


def test_another_spelling_keeps_the_options_of_rclone() -> None:
    problem = Problem("some_parameters.access_key_id", "is spelled secret_access_key here")
    assert str(problem.spelled(camel_case)) == (
        "someParameters.access_key_id: is spelled secret_access_key here"
    )
    assert Problem("allowed_formats[0].a_b", "x").spelled(camel_case).argument == "allowedFormats[0].a_b"


def test_ordinary_words_that_are_also_arguments_stay() -> None:
    renamed = {"key": "accountKey", "account": "accountName", "type": "kind"}
    problem = Problem("key", "must be the key of the account, whatever its type, without {}", ("account",))
    spelled = problem.spelled(lambda name: renamed.get(name, name))
    assert (
        str(spelled) == "accountKey: must be the key of the account, whatever its type, without accountName"
    )


def test_a_sentence_may_contain_braces() -> None:
    assert Problem("region", "must be {file: NAME} or {}").rule == "must be {file: NAME} or {}"


def test_the_paths_of_parts() -> None:
    problem = Problem("parameters.my.option", "x", code="value")
    assert (problem.option, Problem("region", "x").option) == ("my.option", "")
    assert problem.within("buckets[0]").argument == "buckets[0].parameters.my.option"
    assert Problem("", "x").within("buckets[0]").argument == "buckets[0]"


def test_suggestions_are_spelled_too() -> None:
    problem = unknown_argument("acess_key_id", ["access_key_id", "region"])
    assert problem.spelled(camel_case).rule == "is not an argument; did you mean accessKeyId?"
    assert problem.code == "unknown_argument"
    assert nearest("zzz", ["region"]) == ()
    assert unknown_argument("zzz", ["env_auth", "region"]).rule == (
        "is not an argument; valid are env_auth, region"
    )


def test_without_valid_names_nothing_is_suggested() -> None:
    assert did_you_mean("zzz", []) == ""
