"""The whole graph as a file, and its network: which formats there are, and the download of each."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.reading import Release
from api.serving import Serving
from kg.errors import NotFoundError, UsageError
from kg.export import FORMATS, Format
from kg.network.asked import PARAMETERS, asked_in_query
from kg.network.exports import NETWORK_FORMATS, NetworkFormat, write_network


class Dumps:
    """Answers ``/dumps`` and ``/dumps/{format}``."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    async def index(self, _request: Request) -> Response:
        """The formats that there are; those of the network say what else may be asked."""
        release, _ = await run_in_threadpool(self.serving.now)
        rows = [_row(form, _content(form)) for form in FORMATS.values()]
        rows += [
            _row(form, f"the network of organisations, {form.what}") | {"parameters": _parameters(release)}
            for form in NETWORK_FORMATS.values()
        ]
        return JSONResponse({"release": release.id, "dumps": rows}, headers={"X-ATMP-Release": release.id})

    async def file(self, request: Request) -> Response:
        """The file of one format."""
        name = request.path_params["format"]
        release, _ = await run_in_threadpool(self.serving.now)
        if name in FORMATS:
            return await run_in_threadpool(_graph, request, release, FORMATS[name])
        if name in NETWORK_FORMATS:
            return await run_in_threadpool(_network, request, release, NETWORK_FORMATS[name])
        formats = [*FORMATS, *NETWORK_FORMATS]
        raise NotFoundError(f"There is no dump '{name}'. Ask for one of {', '.join(formats)}.", formats=formats)


def _graph(request: Request, release: Release, form: Format) -> Response:
    """The dump that was written at the build."""
    if asked := sorted(request.query_params.keys() & set(_parameters(release))):
        networks = ", ".join(NETWORK_FORMATS)
        raise UsageError(f"{form.name} is the whole graph: '{asked[0]}' may be asked of {networks}. Leave it out.")
    headers = {"ETag": f'"{release.id}-{form.name}"', "X-ATMP-Release": release.id}
    if _known(request, headers):
        return Response(status_code=304, headers=headers)
    filename = f"atmp-{release.id}.{form.suffix}"
    return FileResponse(release.dump(form.name), headers=headers, media_type=form.media_type, filename=filename)


def _network(request: Request, release: Release, form: NetworkFormat) -> Response:
    """The projection that is asked for, written now: a shipped one takes a fraction of a second."""
    pairs, selecting = request.query_params.multi_items(), release.network.selecting
    selection = selecting.asked(pairs)
    options = asked_in_query(release.network, [pair for pair in pairs if pair[0] not in selecting.parameters])
    told = [*vars(options).values(), *sorted(pair for pair in pairs if pair[0] in selecting.parameters)]
    mark = sha256(repr(told).encode()).hexdigest()[:16]
    headers = {
        "ETag": f'"{release.id}-{form.name}-{mark}"',
        "X-ATMP-Release": release.id,
        "Content-Disposition": f'attachment; filename="atmp-network-{release.id}.{form.suffix}"',
    }
    if _known(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(write_network(release.network, options, release.id, form, selection), 200, headers, form.media_type)


def _parameters(release: Release) -> list[str]:
    """What may be asked of the network."""
    return [*PARAMETERS, *release.network.selecting.parameters]


def _known(request: Request, headers: Mapping[str, str]) -> bool:
    return headers["ETag"] in request.headers.get("if-none-match", "")


def _row(form: Format | NetworkFormat, content: str) -> dict[str, Any]:
    return {"format": form.name, "href": f"/dumps/{form.name}", "mediaType": form.media_type, "content": content}


def _content(form: Format) -> str:
    return "the resolved graph and what each source states" if form.archive else "the resolved graph"
