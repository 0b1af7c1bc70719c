"""The programs of docs/languages.md, checked with a compiler or a parser of their language.

tests/unit/components/test_docs.py runs the Python program; the YAML program is in examples/yaml.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import tree_sitter_c_sharp
import tree_sitter_java
from tree_sitter import Language, Parser

from seldon_secrets_pulumi.plugin.provider import SeldonSecretsProvider
from toolchain.build import Cache, cache_folder

from .parts.generated_sdk import NodeProject, generate
from .parts.isolated_engine import IsolatedEngine

ROOT = Path(__file__).parents[2]
PROGRAMS = dict(
    re.findall(
        r"^```(\w+)\n(.*?)^```", (ROOT / "docs" / "languages.md").read_text(), re.MULTILINE | re.DOTALL
    )
)
GO_MODULE = "example.com/pulumi-seldon-secrets/sdk/go"
# What javac says of names from packages that are not there.
UNRESOLVED = {"compiler.err.doesnt.exist", "compiler.err.cant.resolve.location", "compiler.err.cant.resolve"}


def inputs() -> set[str]:
    schema = json.loads(SeldonSecretsProvider().schema or "")
    return set(schema["resources"]["seldon-secrets:index:S3BucketSecret"]["inputProperties"])


def test_typescript_compiles(isolated_engine: IsolatedEngine, tmp_path: Path) -> None:
    project = NodeProject(tmp_path, isolated_engine)
    shutil.copy(ROOT / "examples" / "typescript" / "tsconfig.json", tmp_path)
    (tmp_path / "index.ts").write_text(PROGRAMS["typescript"])
    assert project.compile("--noEmit") == ""


def test_go_compiles(isolated_engine: IsolatedEngine, tmp_path: Path) -> None:
    program = PROGRAMS["go"]
    generate("go", tmp_path / "sdk", isolated_engine)
    for name in ("go.mod", "go.sum"):  # the versions of Pulumi in toolchain/
        shutil.copy(ROOT / "toolchain" / "sdk-generator" / name, tmp_path)
    go("mod", "edit", f"-require={GO_MODULE}@v0.1.0", f"-replace={GO_MODULE}=./sdk", folder=tmp_path)
    (tmp_path / "main.go").write_text(program)
    assert go("vet", "-mod=mod", ".", folder=tmp_path) == ""
    assert go("fmt", "main.go", folder=tmp_path) == ""

    for right, wrong, objection in (
        ("AccessKeyId:", "AcessKeyId:", "unknown field AcessKeyId in struct literal"),
        ('String("eu-central-1")', "Int(1)", "cannot use pulumi.Int(1)"),
    ):
        (tmp_path / "main.go").write_text(program.replace(right, wrong))
        assert objection in go("vet", "-mod=mod", ".", folder=tmp_path)


def go(*arguments: str, folder: Path) -> str:
    """Run the Go that builds the toolchain, and return its output."""
    command = Cache(cache_folder()).go()
    done = subprocess.run([command, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def parsed(program: str, language: object) -> bool:
    return not Parser(Language(language)).parse(program.encode()).root_node.has_error


def test_java_is_parsed(tmp_path: Path) -> None:
    program = PROGRAMS["java"]
    broken = program.replace(".build());", ".build();")
    assert parsed(program, tree_sitter_java.language())
    assert not parsed(broken, tree_sitter_java.language())
    if shutil.which("javac"):  # a machine for tests needs no JDK
        assert javac_problems(program, tmp_path) <= UNRESOLVED
        assert not javac_problems(broken, tmp_path) <= UNRESOLVED
    arguments = program[program.index(".builder()") :]
    used = set(re.findall(r"^ +\.(\w+)\(", arguments, re.MULTILINE)) - {"build"}
    assert used <= inputs()
    assert len(used) == 6


def javac_problems(program: str, folder: Path) -> set[str]:
    """The keys of javac's complaints; it looks for names only in what it could parse."""
    (folder / "App.java").write_text(program)
    compiled = subprocess.run(
        ["javac", "-XDrawDiagnostics", "-Xmaxerrs", "1000", "-d", str(folder), str(folder / "App.java")],
        capture_output=True,
        text=True,
        check=False,
    )
    return set(re.findall(r"compiler\.err\.[\w.]+", compiled.stderr))


def test_csharp_is_parsed() -> None:
    program = PROGRAMS["csharp"]
    assert parsed(program, tree_sitter_c_sharp.language())
    assert not parsed(program.replace("});", "}"), tree_sitter_c_sharp.language())
    used = {it[0].lower() + it[1:] for it in re.findall(r"^ +(\w+) = ", program, re.MULTILINE)}
    assert used <= inputs()
    assert len(used) == 6
