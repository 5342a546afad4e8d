"""What every command shares: common options, exit codes, messages for people, a bar while something takes long."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from kg.errors import AtmpError, DataError, Fault, UsageError
from kg.settings import HOME_VARIABLE, Settings, load

INTERRUPTED = 130
"""Exit code of a command that a user stopped."""

_PATIENCE = 1.0
"""Seconds after which work that goes on gets a bar."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _keep(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    """Options may stand before and after a command's name; what stands last counts."""
    if value is not None and param.name:
        ctx.ensure_object(dict)[param.name] = value


def common_options(function: Decorated) -> Decorated:
    """The options ``--data`` and ``--home``, which every command takes."""
    path = click.Path(path_type=Path, file_okay=False)
    text = f"Where releases are kept. Default: ${HOME_VARIABLE}, else the user's data folder."
    home = click.option("--home", type=path, metavar="DIR", callback=_keep, expose_value=False, help=text)
    text = "The folder of curated records. Default: the records that come with atmp-kg."
    data = click.option("--data", type=path, metavar="DIR", callback=_keep, expose_value=False, help=text)
    return data(home(function))


def current_settings() -> Settings:
    """The folders that the command at hand works with."""
    chosen: dict[str, Path] = click.get_current_context().ensure_object(dict)
    return load(home=chosen.get("home"), data=chosen.get("data"))


def example(command: str) -> str:
    """The last part of a command's help: one line that can be copied."""
    return f"Example: {command}"


def text_of(file: BinaryIO) -> str:
    """What a file that was named to a command holds; raises UsageError if it is not UTF-8."""
    try:
        return file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name}: is not UTF-8: {error.reason}. Save it as UTF-8.") from error


def say(message: str) -> None:
    """A message for people, on standard error."""
    click.echo(message, err=True)


def shown(fault: Fault, settings: Settings) -> Fault:
    """The fault with its file as one would open it from here."""
    path = settings.data.parent / fault.file
    name = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Fault(str(name), fault.line, fault.field, fault.what, fault.remedy, fault.severity)


def run(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit code: 0 fine, 1 found faults, 2 wrong use. No traceback for users."""
    try:
        result = command.main(args=args, prog_name="atmp-kg", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except DataError as error:
        for fault in error.faults:
            say(str(fault))
        say(f"atmp-kg: {error.message}; the standing release is untouched.")
        return error.exit_code
    except AtmpError as error:
        say(f"atmp-kg: {error.message}")
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to say when Python flushes
        return 1
    except OSError as error:
        say(f"atmp-kg: {error.filename or 'a file'}: {error.strerror or error}.")
        return 1


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """A function that is told the name of each step; a bar shows them on a terminal if they take over a second."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("", total=steps)
    begun = iter(range(steps + 1))
    timer = threading.Timer(_PATIENCE, bar.start)
    timer.start()
    try:
        yield lambda step: bar.update(task, description=step, completed=next(begun, steps))
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
