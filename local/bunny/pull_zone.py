"""The pull zone of a fake Bunny: what the world reads, without a key, from any web page."""

from collections import Counter

from aiohttp import web

from local.bunny.files import BadPath, Files

MAX_AGE = 60
"""Seconds that a copy may be kept; a purge per object is more than Bunny allows."""

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}


class PullZone:
    """Handles the requests of the pull zone's port."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.statuses: Counter[str] = Counter()
        """Answers by verb and status, as in `GET 200`."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        response = self._answer(request)
        response.headers.update(_CORS)
        self.statuses[f"{request.method} {response.status}"] += 1
        return response

    def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.method == "OPTIONS":
            return web.Response(status=204)
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405)
        try:
            body = self._files.read(request.path)
        except BadPath:
            return web.Response(status=400)
        if body is None:
            return web.Response(status=404, headers={"Cache-Control": "no-cache"})
        kind = "application/x-protobuf" if request.path.endswith(".pb.lz4") else "application/octet-stream"
        return web.Response(body=body, content_type=kind, headers={"Cache-Control": f"public, max-age={MAX_AGE}"})
