"""The commands as their users meet them: results, messages, exit codes, and no traceback whatever they type."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

import api.cli  # noqa: F401 - adds its commands
from kg.cli import cli
from kg.command import run
from kg.export import FORMATS
from kg.release import Release, Releases
from kg.settings import Settings
from tests.conftest import BASE, ROOT, write_records

COMMANDS = sorted(cli.commands)
Run = Callable[..., tuple[int, str, str]]

FAULTY = {
    "organisation/hospital": "name: The Hospital\ncountri: nl\nsources: [registry-page]\n",
    "product/cells": "name: Cells\nmodality: msx\nsources: [registry-page]\n",
}


@pytest.fixture
def atmp(settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a home and records that may be changed: exit code, results, messages."""
    monkeypatch.chdir(settings.home.parent)

    def command(*args: str) -> tuple[int, str, str]:
        code = run(cli, [*args, "--home", str(settings.home), "--data", str(settings.data)])
        return code, *capfd.readouterr()

    return command


def in_a_process(*args: str, **kwargs: object) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "api.cli", *args], cwd=ROOT, **kwargs)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, [command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Example: " in text
    assert "--data DIR" in text
    assert "--home DIR" in text


def test_the_program_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["--help"]) == 0
    text = capsys.readouterr().out
    assert "Example: atmp-kg build" in text
    assert all(command in text for command in COMMANDS)
    assert run(cli, ["--version"]) == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["biuld"], "Did you mean 'build'?"),
        (["build", "--forse"], "'--force'"),
        (["export"], "Missing argument 'FORMAT'"),
        (["export", "tutrle"], "Did you mean turtle?"),
        (["export", "turtle", "--output", "no/such/folder/x.ttl"], "there is no folder no/such/folder"),
        (["validate", "no-such-file.yaml"], "does not exist"),
        (["new", "prodct", "x"], "Did you mean product?"),
        (["query", "no-such-file.graphql"], "No such file or directory"),
        (["query", "-", "--variables", "{"], "--variables is not JSON"),
        (["query", "-", "--variables", "[]"], "--variables is no JSON object"),
        (["serve", "--port", "70000"], "is not in the range"),
        (["serve", "--host", "256.0.0.1"], "cannot listen on 256.0.0.1:8000"),
        (["diff"], "there is no release before the current one"),
        (["diff", "2020-01-01-000000000000"], "there is no release '2020-01-01-000000000000'"),
        (["validate", "/etc/hostname"], "not in the data folder"),
    ],
)
def test_wrong_use_is_told_in_a_line_and_exits_2(atmp: Run, args: list[str], message: str) -> None:
    code, out, err = atmp(*args)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_options_stand_before_or_after_the_command_and_the_last_counts(
    settings: Settings, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = ["--home", str(settings.home)]
    assert run(cli, [*home, "releases"]) == 0
    first = capfd.readouterr().out
    assert run(cli, ["--home", str(tmp_path / "other"), "releases", *home]) == 0
    assert capfd.readouterr().out == first != ""
    assert run(cli, ["--data", str(tmp_path / "nowhere"), "validate"]) == 2
    assert "no such data folder" in capfd.readouterr().err


def test_build_prints_the_id_and_tells_the_rest(atmp: Run, settings: Settings, release: Release) -> None:
    code, out, err = atmp("build")
    assert (code, out) == (0, f"{release.id}\n")
    assert f"release {release.id}: " in err
    write_records(settings.data, {"target/cd0": "name: CD0\nsources: [press-page]\n"})
    code, out, _ = atmp("build")
    assert out != f"{release.id}\n"
    code, out, _ = atmp("releases")
    assert out.count("\n") == 2
    assert out.count("(current)") == 1
    code, out, _ = atmp("diff")
    assert "target/cd0 (new)\n  + type: Target\n  + name: CD0\n" in out


def test_build_lists_all_faults_and_leaves_the_release(atmp: Run, settings: Settings, release: Release) -> None:
    write_records(settings.data, FAULTY)
    code, out, err = atmp("build")
    assert (code, out) == (1, "")
    assert "data/organisation/hospital.yaml:2: countri: " in err
    assert "Did you mean country" in err
    assert "data/product/cells.yaml:2: modality: 'msx' is no value of the list modality. Did you mean" in err
    assert err.endswith("the standing release is untouched.\n")
    assert Releases(settings.home).current().id == release.id


def test_validate_lists_faults_sorted_on_standard_output(atmp: Run, settings: Settings) -> None:
    write_records(settings.data, FAULTY)
    code, out, err = atmp("validate")
    lines = out.splitlines()
    assert code == 1
    places = [(file, int(line)) for file, line, _ in (row.split(":", 2) for row in lines)]
    assert places == sorted(places)
    assert ("data/organisation/hospital.yaml", 2) in places
    assert ("data/product/cells.yaml", 2) in places
    assert re.search(r"\d+ errors?, \d+ warnings?", err)


def test_validate_some_files_and_as_json(atmp: Run, settings: Settings) -> None:
    write_records(settings.data, FAULTY)
    code, out, _ = atmp("validate", "data/product/cells.yaml", "--format", "json")
    faults = json.loads(out)
    assert code == 1
    assert {fault["file"] for fault in faults} == {"data/product/cells.yaml"}
    assert faults[0].keys() == {"file", "line", "field", "what", "remedy", "severity"}
    assert atmp("validate", "data/condition")[:2] == (0, "")


def test_warnings_alone_are_fine(atmp: Run, settings: Settings) -> None:
    write_records(settings.data, {"organisation/new": "name: New\ntype: company\nsources: [press-page]\n"})
    code, out, err = atmp("validate")
    assert code == 0
    assert "warning: the organisation has no country" in out
    assert "0 errors" in err


def test_format_and_its_check(atmp: Run, settings: Settings) -> None:
    path = settings.data / "target/cd0.yaml"
    write_records(settings.data, {"target/cd0": "sources: [press-page]\nname:   CD0\n"})
    assert atmp("format", "--check", "data/target")[:2] == (1, "data/target/cd0.yaml\n")
    assert path.read_text().startswith("sources")
    assert atmp("format", "data/target")[:2] == (0, "data/target/cd0.yaml\n")
    assert path.read_text() == "name: CD0\nsources: [press-page]\n"
    assert atmp("format", "data/target")[:2] == (0, "")
    path.write_text("name: [\n")
    code, _, err = atmp("format", "data/target/cd0.yaml")
    assert code == 1
    assert "data/target/cd0.yaml:" in err
    assert "not valid YAML" in err
    assert atmp("format", "data/README.md")[0] == 2


def test_new_writes_a_record_that_says_what_is_missing(atmp: Run, settings: Settings) -> None:
    code, out, _ = atmp("new", "organisation", "clinic")
    assert (code, out) == (0, f"{settings.data}/organisation/clinic.yaml\n")
    code, out, _ = atmp("validate", "data/organisation/clinic.yaml")
    assert code == 1
    assert "name: has no value" in out
    assert atmp("new", "organisation", "clinic")[0] == 2


@pytest.mark.parametrize("name", FORMATS)
def test_export_to_standard_output_and_to_a_file(atmp: Run, settings: Settings, release: Release, name: str) -> None:
    expected = release.dump(name).read_text(encoding="utf-8")
    assert atmp("export", name)[:2] == (0, expected)
    target = settings.home.parent / "out"
    assert atmp("export", name, "--output", str(target))[:2] == (0, "")
    assert target.read_text(encoding="utf-8") == expected


def test_coverage_as_text_and_json(atmp: Run, release: Release) -> None:
    code, out, _ = atmp("coverage")
    assert code == 0
    assert f"release {release.id}" in out
    code, out, _ = atmp("coverage", "--format", "json")
    assert json.loads(out)["release"] == release.id


def test_query_answers_json(atmp: Run, settings: Settings) -> None:
    file = settings.home.parent / "q.graphql"
    file.write_text("query One($id: ID!) { product(id: $id) { name } }\nquery Two { products { totalCount } }\n")
    code, out, _ = atmp("query", str(file), "--operation", "One", "--variables", '{"id": "cells"}')
    assert code == 0
    assert json.loads(out)["data"] == {"product": {"name": "Cells"}}
    file.write_text("{ produkt }")
    code, out, err = atmp("query", str(file))
    assert (code, err) == (1, "")
    assert json.loads(out)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    file.write_bytes(b"{ \xff }")
    assert atmp("query", str(file))[0] == 2


def test_schema_is_printed_and_json_schemas_are_written(atmp: Run, settings: Settings) -> None:
    code, out, _ = atmp("schema")
    assert code == 0
    assert "type Product implements" in out
    folder = settings.home.parent / "editor"
    assert atmp("schema", "--json-schema", str(folder))[:2] == (0, "")
    assert json.loads((folder / "product.json").read_text())["title"] == "product"


def test_guide_is_printed(atmp: Run) -> None:
    assert atmp("guide")[1] == (ROOT / "data/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("args", [["export", "ntriples"], ["coverage"], ["query", "-"]])
def test_a_release_is_built_if_there_is_none(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    shutil.rmtree(settings.home)
    question = settings.home.parent / "question"
    question.write_text("{ release { id } }")
    args = [str(question) if arg == "-" else arg for arg in args]
    assert run(cli, [*args, "--home", str(settings.home), "--data", str(settings.data)]) == 0
    out, err = capfd.readouterr()
    assert out
    assert f"no release in {settings.home} yet: building one" in err
    assert Releases(settings.home).current()


def test_a_damaged_release_is_told_with_its_remedy(atmp: Run, settings: Settings, release: Release) -> None:
    (settings.home / "releases" / release.id / "graph.nq").write_text("")
    code, out, err = atmp("export", "turtle")
    assert (code, out) == (1, "")
    assert "graph.nq: not as it was built. Run `atmp-kg build --force`." in err


def test_a_reader_that_goes_away_is_met_with_silence(settings: Settings) -> None:
    process = in_a_process(
        "export", "nquads", "--home", str(settings.home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 1
    process.stderr.close()


def test_messages_have_no_bar_and_no_colour_off_a_terminal(settings: Settings) -> None:
    write_records(settings.data, {"target/cd0": "name: CD0\nsources: [press-page]\n"})
    process = in_a_process(
        "build",
        "--home",
        str(settings.home),
        "--data",
        str(settings.data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.communicate()
    assert process.returncode == 0
    assert b"\x1b" not in out + err


def test_a_build_that_takes_long_shows_a_bar_on_a_terminal(settings: Settings) -> None:
    write_records(settings.data, {f"source/s{n}": BASE["source/press-page"] for n in range(2500)})
    terminal, other_end = pty.openpty()
    folders = ["--home", str(settings.home), "--data", str(settings.data)]
    environ = {**os.environ, "TERM": "xterm"}
    process = in_a_process("build", *folders, stdout=subprocess.DEVNULL, stderr=other_end, env=environ)
    os.close(other_end)
    seen = bytearray()
    try:
        while chunk := os.read(terminal, 65536):
            seen += chunk
    except OSError:  # how Linux says that the other end was closed: the process is done
        assert seen
    finally:
        os.close(terminal)
    assert process.wait() == 0
    assert b"writing" in seen or b"reading and checking" in seen
    assert b"release " in seen


def interruptible() -> None:
    """Undo what a background job inherits: deafness to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_serve_answers_and_ends_on_ctrl_c(settings: Settings, release: Release) -> None:
    folders = ["--home", str(settings.home), "--data", str(settings.data)]
    process = in_a_process("serve", "--port", "0", *folders, stderr=subprocess.PIPE, preexec_fn=interruptible)
    assert process.stderr is not None
    with process.stderr:
        found = re.fullmatch(
            rb"release (\S+) with \d+ entities at (http://127\.0\.0\.1:\d+/)\n", process.stderr.readline()
        )
        assert found is not None
        assert found[1].decode() == release.id
        with urllib.request.urlopen(found[2].decode() + "healthz", timeout=30) as answer:
            assert json.load(answer)["release"] == release.id
        with urllib.request.urlopen(found[2].decode() + "dumps/turtle", timeout=30) as answer:
            assert answer.read() == release.dump("turtle").read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stderr.read().strip() == b""


def test_a_taken_port_is_wrong_use(atmp: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = atmp("serve", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "Address already in use" in err
    assert err.count("\n") == 1


def test_ctrl_c_ends_a_build_and_leaves_nothing(settings: Settings) -> None:
    write_records(settings.data, {f"source/s{n}": BASE["source/press-page"] for n in range(1500)})
    before = sorted(p.name for p in settings.home.rglob("*"))
    folders = ["--home", str(settings.home), "--data", str(settings.data)]
    process = in_a_process("build", *folders, stderr=subprocess.PIPE, preexec_fn=interruptible)
    lock = settings.home / "lock"
    while lock.read_text() != str(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert sorted(p.name for p in settings.home.rglob("*")) == before
