"""The whole graph as a file: which formats there are, and the download of each."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.serving import Serving
from kg.errors import NotFoundError
from kg.export import FORMATS, Format


class Dumps:
    """Answers ``/dumps`` and ``/dumps/{format}``."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    async def index(self, _request: Request) -> Response:
        """The formats that there are."""
        release, _ = await run_in_threadpool(self.serving.now)
        rows = [
            {"format": name, "href": f"/dumps/{name}", "mediaType": form.media_type, "content": _content(form)}
            for name, form in FORMATS.items()
        ]
        return JSONResponse({"release": release.id, "dumps": rows}, headers={"X-ATMP-Release": release.id})

    async def file(self, request: Request) -> Response:
        """The file of one format."""
        name = request.path_params["format"]
        found = FORMATS.get(name)
        if found is None:
            raise NotFoundError(f"There is no dump '{name}'. Ask for one of {', '.join(FORMATS)}.", formats=[*FORMATS])
        release, _ = await run_in_threadpool(self.serving.now)
        headers = {"ETag": f'"{release.id}-{name}"', "X-ATMP-Release": release.id}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        path = await run_in_threadpool(release.dump, name)
        filename = f"atmp-{release.id}.{found.suffix}"
        return FileResponse(path, headers=headers, media_type=found.media_type, filename=filename)


def _content(form: Format) -> str:
    return "the resolved graph and what each source states" if form.archive else "the resolved graph"
