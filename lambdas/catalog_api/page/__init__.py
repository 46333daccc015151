"""The page for people at the API's root: plain files of this folder, and the headers that keep a browser to them.

    page.js        form and address, and what follows from them
    catalog.js     asks the search API            results.js  shows what it found
    edge.js        reads a title from the edge    detail.js   shows it
    frame.js, xxh32.js, protobuf.js, schema.js    what an object at the edge is made of

Files lie below a folder that is named by their content, so a browser keeps them for good and still sees a new page.
"""

import hashlib
import html
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_FOLDER = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMAGES = "https://image.tmdb.org"
_INDEX = "index.html"


class Asset(NamedTuple):
    """A file as it is answered."""

    body: str
    content_type: str
    headers: dict[str, str]


def index(edge_url: str) -> Asset:
    """The page itself. It may load its own files, ask the API beside it, the edge, and TMDB's images; nothing else."""
    files, version = _files()
    body = files[_INDEX].replace("{{page}}", f"page/{version}").replace("{{edge_url}}", html.escape(edge_url))
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' {_IMAGES}",
        "connect-src": f"'self' {_origin(edge_url)}".rstrip(),
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Asset(body, _TYPES[".html"], headers)


def asset(version: str, name: str) -> Asset | None:
    """A file of the page, which an older page may still ask for by its own version; None for what is none."""
    files, current = _files()
    if name not in files or name == _INDEX:
        return None
    kept = "public, max-age=31536000, immutable" if version == current else "no-cache"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return Asset(files[name], _TYPES[Path(name).suffix], headers)


@cache
def _files() -> tuple[dict[str, str], str]:
    """Every file by its name, and the name of the folder that they are served from."""
    paths = sorted(path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    files = {path.name: path.read_text(encoding="utf-8") for path in paths}
    return files, hashlib.sha256("\0".join([*files, *files.values()]).encode()).hexdigest()[:12]


def _origin(url: str) -> str:
    """What a policy calls the place of a URL; empty for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
