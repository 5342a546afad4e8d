"""A query as something to run: a shell command and a Python program, with whatever stands in it quoted."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

CLIENT = """\
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport

client = Client(transport=HTTPXTransport(url="{address}/graphql"))
"""

JSON = "application/json"
_END = "END"


@dataclass(frozen=True)
class Asked:
    """A query with its variables, and the name of the operation where it has several."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation: str | None = None

    @property
    def text(self) -> str:
        """The query with a line's end."""
        return self.query if self.query.endswith("\n") else f"{self.query}\n"


def curl(asked: Asked, address: str, media: str = JSON) -> str:
    """A shell command that prints the answer."""
    end = _END
    while end in asked.text.splitlines():
        end += "_"
    more = ""
    if asked.variables:
        more += f" --data-urlencode {shlex.quote('variables=' + orjson.dumps(asked.variables).decode())}"
    if asked.operation:
        more += f" --data-urlencode {shlex.quote('operationName=' + asked.operation)}"
    return (
        f"curl -s -G {address}/graphql -H 'Accept: {media}'{more} --data-urlencode query@- <<'{end}'\n"
        f"{asked.text}{end}\n"
    )


def python(asked: Asked, address: str) -> str:
    """A program that prints the data as JSON."""
    return (
        f"import json\n\n{CLIENT.format(address=address)}{answered(asked)}"
        "print(json.dumps(answer, indent=2, ensure_ascii=False))\n"
    )


def answered(asked: Asked) -> str:
    """The lines of Python with which a client has an ``answer``."""
    text = f"query = gql({quoted(asked.text)})\n"
    if asked.variables:
        text += f"query.variable_values = {asked.variables!r}\n"
    if asked.operation:
        text += f"query.operation_name = {asked.operation!r}\n"
    return f"{text}answer = client.execute(query)\n"


def quoted(text: str) -> str:
    """A text of several lines as Python writes it."""
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'


WAYS: Mapping[str, Callable[[Asked, str], str]] = {"curl": curl, "python": python}
"""The ways to ask by their names."""
