"""TMDB's error bodies, as they are on the wire (https://developer.themoviedb.org/docs/errors)."""

import orjson
from aiohttp import web

JSON = "application/json;charset=utf-8"
HTML = "text/html"

_ERRORS = {
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    6: (404, "Invalid id: The pre-requisite id is invalid or not found."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    10: (401, "Suspended API key: Access to your account has been suspended, contact TMDB."),
    11: (500, "Internal error: Something went wrong, contact TMDB."),
    20: (422, "Invalid date range: Should be a range no longer than 14 days."),
    21: (200, "Entry not found: The item you are trying to edit cannot be found."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    23: (400, "Invalid date: Format needs to be YYYY-MM-DD."),
    27: (400, "Too many append to response objects: The maximum number of remote calls is 20."),
    34: (404, "The resource you requested could not be found."),
    42: (405, "This request method is not supported for this resource."),
    44: (500, "The ID is invalid."),
}


def error(code: int) -> web.Response:
    """TMDB's answer for one of its own status codes. A 401 has its keys in another order; 404s may be cached."""
    status, message = _ERRORS[code]
    body = {"status_code": code, "status_message": message, "success": False}
    if status != 401:
        body = {"success": False} | body
    headers = {"Cache-Control": "public, max-age=28800"} if status == 404 else {}
    return json_response(body, status=status, headers=headers)


def too_many(asked: int, limit: int, retry_after: str | None) -> web.Response:
    """A 429. Since 2019 TMDB sends no Retry-After; before, it did."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    message = f"Your request count ({asked}) is over the allowed limit of {limit}."
    return json_response({"status_code": 25, "status_message": message}, status=429, headers=headers)


def bad_gateway() -> web.Response:
    """The content delivery network's own page, which is no JSON."""
    return page("502 Bad Gateway", 502)


def page(title: str, status: int) -> web.Response:
    """HTML where JSON belongs."""
    head = f"<html>\r\n<head><title>{title}</title></head>\r\n"
    body = f"<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
    return web.Response(text=head + body, status=status, content_type=HTML)


def access_denied() -> web.Response:
    """What the bucket behind the export files answers for one that is not there."""
    error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return web.Response(text=text, status=403, content_type="application/xml")


def json_response(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Compact JSON with non-ASCII characters raw, as TMDB sends it."""
    return web.Response(body=orjson.dumps(body), status=status, headers={"Content-Type": JSON} | (headers or {}))
