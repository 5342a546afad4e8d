"""Asking a registry of trials that is slow, refuses, breaks off or is asked twice; a local server plays it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from kg.cli import cli
from kg.command import run
from kg.errors import AtmpError, DataError
from kg.sources import ctgov_api
from kg.sources.ctgov_api import PIECES, Query, default_term, fetch
from kg.sources.ctgov_rules import NO_RULES
from kg.sources.fetch import Fetcher
from kg.sources.spool import Spool
from tests.conftest import ROOT
from tests.sources.json_server import Answer
from tests.sources.registry_server import Registry, registry
from tests.sources.studies import study

NOW = 1_780_000_000.0
COUNT = 7
Refresh = Callable[..., tuple[int, str, str]]


@pytest.fixture
def trials() -> Iterator[Registry]:
    """A registry of seven trials, two a page."""
    with registry(COUNT, lambda index: study(index + 1)) as playing:
        yield playing


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """The options for an empty data folder and a home."""
    (tmp_path / "data").mkdir()
    return ["--data", str(tmp_path / "data"), "--home", str(tmp_path / "home")]


@pytest.fixture
def refresh(trials: Registry, folders: list[str], capsys: pytest.CaptureFixture[str]) -> Refresh:
    """Refresh from the registry: exit code, results and messages."""

    def command(*args: str) -> tuple[int, str, str]:
        code = run(cli, ["refresh", "clinicaltrials", "--base-url", trials.base_url, *args, *folders])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def written(tmp_path: Path) -> list[str]:
    """The numbers of the trials in the one snapshot."""
    (path,) = (tmp_path / "data" / "registry" / "clinicaltrials").glob("*.jsonl")
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


ALL = [f"NCT{number:08d}" for number in range(1, COUNT + 1)]


def test_all_pages_are_read_and_only_what_is_kept_is_asked_for(
    refresh: Refresh, trials: Registry, tmp_path: Path
) -> None:
    code, out, err = refresh("--query", "cells AND gene", "--since", "2026-01-31")
    assert (code, out.count("\n")) == (0, 1), err
    assert "7 new, 0 changed, 0 unchanged" in err and "7 records read" in err
    assert written(tmp_path) == ALL
    first, *others = trials.asked
    assert first["query.term"] == "cells AND gene"
    assert first["filter.advanced"] == "AREA[LastUpdatePostDate]RANGE[2026-01-31,MAX]"
    assert (first["countTotal"], first["fields"]) == ("true", PIECES)
    assert [asked["pageToken"] for asked in others] == ["page-1", "page-2", "page-3"]
    assert not [piece for piece in PIECES.split("|") if "Contact" in piece or "Official" in piece[8:]]
    assert trials.headers[0]["User-Agent"].startswith("atmp-kg")
    assert not list((tmp_path / "home" / "refresh").glob("*.sqlite"))


def test_the_shipped_terms_are_the_default(refresh: Refresh, trials: Registry) -> None:
    assert refresh()[0] == 0
    assert trials.asked[0]["query.term"] == default_term(ROOT / "data")
    assert '"gene therapy" OR ' in default_term(ROOT / "data")


def test_a_refresh_that_finds_nothing_new_changes_nothing(refresh: Refresh, trials: Registry, tmp_path: Path) -> None:
    refresh()
    before = contents(tmp_path / "data")
    code, out, err = refresh()
    assert (code, out) == (0, "")
    assert "0 new, 0 changed, 7 unchanged" in err
    assert contents(tmp_path / "data") == before
    assert trials.statuses == [200] * 4 + [304] * 4


def test_answers_of_earlier_refreshes_do_not_pile_up(refresh: Refresh, trials: Registry, tmp_path: Path) -> None:
    refresh()
    kept = sorted((tmp_path / "home" / "refresh" / "clinicaltrials-answers").iterdir())
    assert len(kept) == 4
    for path in kept:
        os.utime(path, (0, 0))
    trials.tokens = "later-{}".format
    refresh()
    still = sorted((tmp_path / "home" / "refresh" / "clinicaltrials-answers").iterdir())
    assert (len(still), len({*kept} & {*still})) == (4, 1)


def test_one_changed_status_is_one_line(refresh: Refresh, trials: Registry, tmp_path: Path) -> None:
    refresh()
    before = contents(tmp_path / "data")

    def changed(index: int) -> dict[str, Any]:
        status = "COMPLETED" if index == 4 else "RECRUITING"
        version = {"versionHolder": "2026-04-01"}
        return study(index + 1, statusModule__overallStatus=status, derivedSection__miscInfoModule=version)

    trials.make = changed
    _, _, err = refresh()
    assert "0 new, 1 changed, 6 unchanged" in err
    added = contents(tmp_path / "data").items() - before.items()
    assert [(Path(name).name, json.loads(line)["status"]) for name, line in added] == [
        ("2026-04-01.jsonl", "COMPLETED")
    ]
    assert before.items() <= contents(tmp_path / "data").items()


FAULTS = {
    "429 with seconds": (Answer(b"", 429, {"Retry-After": "7"}), 7.0),
    "429 with a time": (Answer(b"", 429, {"Retry-After": formatdate(NOW + 9)}), 9.0),
    "429 without": (Answer(b"", 429), 1.0),
    "429 with too long a time": (Answer(b"", 429, {"Retry-After": "86400"}), 120.0),
    "500": (Answer(b"oops", 500), 1.0),
    "dropped in mid-page": (Answer(json.dumps({"studies": [study(3)]}).encode(), cut=300), 1.0),
    "no JSON": (Answer(b"<html>maintenance</html>"), 1.0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_passes_is_waited_for(trials: Registry, fault: str) -> None:
    answer, waited = FAULTS[fault]
    waits: list[float] = []
    trials.faults[1] = answer
    fetcher = Fetcher(pause=0, sleep=waits.append, now=lambda: NOW)
    with Spool() as spool:
        query = Query("cells", base_url=trials.base_url)
        fetch(query, fetcher.get, spool, NO_RULES, "2026-05-01", lambda done, total: None, lambda message: None)
        assert [record["id"] for date in spool.dates() for record in spool.records(date)] == ALL
    fetcher.close()
    assert waits == [waited]


def test_pages_are_not_asked_for_faster_than_allowed(trials: Registry) -> None:
    waits: list[float] = []
    fetcher = Fetcher(pause=ctgov_api.PAUSE, sleep=waits.append, now=lambda: NOW)
    with Spool() as spool:
        query = Query("cells", base_url=trials.base_url)
        fetch(query, fetcher.get, spool, NO_RULES, "2026-05-01", lambda done, total: None, lambda message: None)
    fetcher.close()
    assert waits == [ctgov_api.PAUSE] * 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(b'{"error": "no"}'), "/studies: studies: the answer is no page of studies"),
        (Answer(b"[]"), "/studies: studies: the answer is no page of studies"),
        (Answer(b"bad query", 400), "the registry refuses the request (status 400). Nothing was written."),
        (Answer(b"", 403), "the registry refuses the request (status 403). Nothing was written."),
        (Answer(b"", 404), "/studies: studies: the answer is no page of studies"),
    ],
)
def test_what_does_not_pass_is_told_and_nothing_written(
    refresh: Refresh, trials: Registry, tmp_path: Path, answer: Answer, told: str
) -> None:
    trials.faults[0] = answer
    code, out, err = refresh()
    assert (code, out) == (1, "")
    assert told in err and trials.base_url in err
    assert contents(tmp_path / "data") == {}
    assert refresh()[0] == 0
    assert written(tmp_path) == ALL


@pytest.mark.parametrize("token", ["page-1", "page-2"])
def test_a_page_token_that_comes_again_is_told(refresh: Refresh, trials: Registry, tmp_path: Path, token: str) -> None:
    trials.tokens = lambda page: f"page-{page}" if page < 3 else token
    code, _, err = refresh()
    assert code == 1
    assert f"nextPageToken: the registry gives the page token '{token}' again. Nothing was written." in err
    assert contents(tmp_path / "data") == {}
    trials.tokens = "page-{}".format
    code, _, err = refresh()
    assert code == 0
    assert "going on after 4 records" in err
    assert written(tmp_path) == ALL


def test_a_refresh_that_broke_off_goes_on_where_it_was(refresh: Refresh, trials: Registry, tmp_path: Path) -> None:
    trials.faults[2] = Answer(b"", 403)
    assert refresh()[0] == 1
    trials.faults.clear()
    trials.asked.clear()
    code, _, err = refresh()
    assert code == 0
    assert "going on after 4 records" in err and "7 new" in err
    assert [asked["pageToken"] for asked in trials.asked] == ["page-2", "page-3"]
    assert written(tmp_path) == ALL


def test_a_place_that_the_registry_forgot_means_starting_anew(
    refresh: Refresh, trials: Registry, tmp_path: Path
) -> None:
    trials.faults[2] = Answer(b"", 403)
    refresh()
    trials.faults.clear()
    trials.refused = {"page-2"}
    trials.tokens = lambda page: f"again-{page}"
    code, _, err = refresh()
    assert code == 0
    assert "starting anew" in err
    assert written(tmp_path) == ALL


def test_another_query_does_not_go_on_with_the_first(refresh: Refresh, trials: Registry, tmp_path: Path) -> None:
    trials.faults[2] = Answer(b"", 403)
    refresh("--query", "one")
    trials.faults.clear()
    trials.asked.clear()
    code, _, err = refresh("--query", "two")
    assert code == 0
    assert "going on" not in err
    assert len(trials.asked) == 4
    assert len(list((tmp_path / "home" / "refresh").glob("*.sqlite"))) == 1


def start(trials: Registry, folders: list[str]) -> subprocess.Popen[str]:
    """A refresh of its own, in another process."""
    code = "import sys; from kg.cli import cli; from kg.command import run; sys.exit(run(cli, sys.argv[1:]))"
    command = [sys.executable, "-c", code, "refresh", "clinicaltrials", "--base-url", trials.base_url, *folders]
    pipe = subprocess.PIPE
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True)


def test_stopped_by_the_user_nothing_is_lost_or_doubled(
    refresh: Refresh, trials: Registry, folders: list[str], tmp_path: Path
) -> None:
    trials.holds_at = 2
    with start(trials, folders) as running:
        assert trials.held.wait(30)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert "Stopped. 4 records are kept; the same command goes on from there." in err
    assert contents(tmp_path / "data") == {}
    trials.free.set()
    trials.asked.clear()
    code, _, err = refresh()
    assert code == 0
    assert [asked["pageToken"] for asked in trials.asked] == ["page-2", "page-3"]
    assert "7 new, 0 changed" in err
    assert written(tmp_path) == ALL


def test_killed_nothing_is_lost_or_doubled(
    refresh: Refresh, trials: Registry, folders: list[str], tmp_path: Path
) -> None:
    trials.holds_at = 3
    with start(trials, folders) as running:
        assert trials.held.wait(30)
        running.kill()
    trials.free.set()
    _, _, err = refresh()
    assert "going on after 6 records" in err and "7 new" in err
    assert written(tmp_path) == ALL


def test_a_second_refresh_is_told_of_the_first_which_goes_on(
    refresh: Refresh, trials: Registry, folders: list[str], tmp_path: Path
) -> None:
    trials.holds_at = 1
    with start(trials, folders) as running:
        assert trials.held.wait(30)
        code, out, err = refresh()
        assert (code, out) == (1, "")
        assert "another refresh of clinicaltrials is running" in err and "Wait until it is done" in err
        trials.free.set()
        _, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert written(tmp_path) == ALL


def test_a_spool_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(AtmpError, match=r"x\.sqlite: what is kept of a refresh cannot be read .* Remove the file"):
        Spool(path)


def test_a_page_whose_next_is_itself_is_told(trials: Registry) -> None:
    trials.tokens = lambda page: 7  # type: ignore[assignment,return-value]
    fetcher = Fetcher(pause=0)
    query = Query("cells", base_url=trials.base_url)
    with Spool() as spool, pytest.raises(DataError, match="1 fault"):
        fetch(query, fetcher.get, spool, NO_RULES, "2026-05-01", lambda done, total: None, lambda message: None)
    fetcher.close()


MANY = 100_000
BOUND = 300
"""Megabytes."""
_REFRESH = """\
import resource, sys
from pathlib import Path
from kg.cli import cli
from kg.command import run
code = run(cli, sys.argv[1:])
own = Path("/proc/self/status")  # on Linux ru_maxrss has the memory of the process that forked this one
if own.is_file():
    peak = next(line.split()[1] for line in own.read_text().splitlines() if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak)
sys.exit(code)
"""


def test_a_hundred_thousand_records_take_bounded_memory(folders: list[str], tmp_path: Path) -> None:
    def small(index: int) -> dict[str, Any]:
        part = {"nctId": f"NCT{(index * 7919) % MANY:08d}", "briefTitle": "A study of cells " * 8}
        status = {"overallStatus": "RECRUITING"}
        version = {"versionHolder": "2026-03-01"}
        return {
            "protocolSection": {"identificationModule": part, "statusModule": status},
            "derivedSection": {"miscInfoModule": version},
        }

    with registry(MANY, small, page_size=1000) as many:
        command = [sys.executable, "-c", _REFRESH, "refresh", "clinicaltrials", "--base-url", many.base_url, *folders]
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{MANY} new" in done.stderr
    kilobytes = int(done.stdout.splitlines()[-1]) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < BOUND * 1024
    with (tmp_path / "data" / "registry" / "clinicaltrials" / "2026-03-01.jsonl").open("rb") as file:
        assert sum(1 for _ in file) == MANY
