"""What each of TMDB's answers means to the line."""

import datetime as dt
from email.utils import format_datetime

import pytest

from lambdas.common.errors import GiveUp, PipelineError, Retry, StopTheLine, Throttled
from lambdas.common.http import Response
from lambdas.common.tmdb import check_token, read

NOW = 1_790_000_000.0


def answer(status: int, body: str, **headers: str) -> Response:
    """An answer of TMDB's."""
    return Response(status, headers, body.encode())


def code(number: int) -> str:
    """A body with one of TMDB's codes."""
    return f'{{"status_code":{number},"status_message":"Words.","success":false}}'


def test_object_is_the_body() -> None:
    """A 200 with an object is the body."""
    assert read(answer(200, '{"id":1}'), NOW) == {"id": 1}


@pytest.mark.parametrize("number", [6, 34])
def test_gone(number: int) -> None:
    """A 404 with code 34 or 6 means the title is gone."""
    assert read(answer(404, code(number)), NOW) is None


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (answer(401, code(7)), StopTheLine),
        (answer(401, code(10)), StopTheLine),
        (answer(403, code(8)), StopTheLine),
        (answer(401, "<html>"), Retry),
        (answer(404, "<html>"), Retry),
        (answer(404, "{}"), Retry),
        (answer(404, code(37)), Retry),
        (answer(500, code(44)), GiveUp),
        (answer(500, code(11)), Retry),
        (answer(503, code(46)), Retry),
        (answer(502, "<html>502</html>"), Retry),
        (answer(504, code(24)), Retry),
        (answer(200, "<html>maintenance</html>"), Retry),
        (answer(200, '{"id":1,'), Retry),
        (answer(200, ""), Retry),
        (answer(200, "[]"), Retry),
        (answer(200, "null"), Retry),
        (answer(200, code(21)), GiveUp),
        (answer(200, '{"success":false}'), GiveUp),
        (answer(400, code(27)), GiveUp),
        (answer(422, '{"errors":["query must be provided"]}'), GiveUp),
        (answer(408, "{}"), Retry),
        (answer(301, ""), Retry),
        (answer(429, "anything"), Throttled),
    ],
)
def test_errors_are_typed_by_what_to_do_next(response: Response, error: type[PipelineError]) -> None:
    """Each refusal is the error that says what the line must do; TMDB's own words are kept."""
    with pytest.raises(error) as raised:
        read(response, NOW)
    assert type(raised.value) is error
    if b"Words." in response.body:
        assert "Words." in str(raised.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        (format_datetime(dt.datetime.fromtimestamp(NOW + 12, dt.UTC), usegmt=True), 12.0),
        ("garbage", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    """Retry-After is read as seconds or as a date; anything else counts as not said."""
    with pytest.raises(Throttled) as raised:
        read(answer(429, "", **{"retry-after": header}), NOW)
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("token", ["", " ", "with blank", "line\nbreak", "ü", "0123456789abcdef0123456789ABCDEF"])
def test_what_cannot_be_a_token(token: str) -> None:
    """A token that cannot be one is refused with a sentence that does not hold it."""
    with pytest.raises(StopTheLine, match="API Read Access Token") as raised:
        check_token(token)
    assert not token.strip() or token not in str(raised.value)
