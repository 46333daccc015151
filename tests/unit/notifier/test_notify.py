"""The notifier: an alarm becomes words in the shape that each chat takes, and the webhook's URL stays a secret."""

import json
import logging
from typing import Any

import pytest

from lambdas.common.errors import GiveUp, PipelineError, Retry
from lambdas.common.http import Response
from lambdas.notifier import handler as entry
from lambdas.notifier.message import LONGEST, payload, text
from lambdas.notifier.notify import notify
from tests.unit.lake_writer.test_handler import Context

URL = "https://hooks.example/services/T0/B0/canary-of-the-tests"
ALARM = {
    "AlarmName": "Tmdb-prod-DeadLetters",
    "AlarmDescription": "Ids that cannot be collected. docs/runbook.md#dead-letters: tmdb dlq list --stage prod",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 datapoint [3.0] was >= the threshold (1.0).",
    "Trigger": {"MetricName": "ApproximateNumberOfMessagesVisible"},
}


class Chat:
    """A chat that gives these answers in turn."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posted: list[tuple[str, Any]] = []

    async def request(self, method: str, url: str, **options: Any) -> Response:
        assert (method, options["headers"]) == ("POST", {"content-type": "application/json"})
        self.posted.append((url, json.loads(options["body"])))
        return Response(self.statuses.pop(0), {}, b"no such hook: " + url.encode())


def reader(*urls: str) -> Any:
    """A secret that was rotated: its first value from the cache, the other read afresh."""

    async def read(afresh: bool) -> str:
        return urls[-1 if afresh else 0]

    return read


def test_an_alarm_is_told_in_words() -> None:
    """Its name, what to do, and why; not the rest of what CloudWatch says."""
    said = text(json.dumps(ALARM))
    assert said.splitlines()[0] == "Tmdb-prod-DeadLetters: ALARM"
    assert "tmdb dlq list --stage prod" in said and "[3.0]" in said and "Trigger" not in said


@pytest.mark.parametrize(("before", "said"), [("ALARM", "Tmdb-prod-DeadLetters: is over"), ("INSUFFICIENT_DATA", "")])
def test_the_end_of_what_rang_is_told(before: str, said: str) -> None:
    """An alarm that is over is told by name; one that was just made, and is well, is not."""
    assert text(json.dumps(ALARM | {"NewStateValue": "OK", "OldStateValue": before})).partition("\n")[0] == said


@pytest.mark.parametrize("message", ["hello", "", "[1]", "null", '{"AlarmName":1}', "{", "x" * 10_000])
def test_what_is_no_alarm_is_told_as_it_is(message: str) -> None:
    """Whoever may publish to the topic may say anything, in so many characters."""
    assert text(message) == message[:LONGEST]


def test_each_chat_gets_its_shape() -> None:
    """Slack's text, Discord's content that calls nobody, a card of Teams; of others none."""
    assert payload("slack", "words") == {"text": "words"}
    assert payload("discord", "@everyone")["allowed_mentions"] == {"parse": []}
    (card,) = payload("teams", "words")["attachments"]
    assert card["content"]["body"] == [{"type": "TextBlock", "text": "words", "wrap": True}]
    with pytest.raises(ValueError, match="irc"):
        payload("irc", "words")


async def test_a_message_is_posted_once() -> None:
    """A chat that takes it is asked no more."""
    chat = Chat(204)
    await notify({"text": "words"}, reader(URL), chat)
    assert chat.posted == [(URL, {"text": "words"})]


async def test_a_rotated_webhook_is_read_afresh() -> None:
    """A URL that the chat knows no more is looked up again before anything fails."""
    chat = Chat(404, 200)
    await notify({}, reader(URL, "https://hooks.example/new"), chat)
    assert [url for url, _ in chat.posted] == [URL, "https://hooks.example/new"]


@pytest.mark.parametrize(
    ("statuses", "url", "error"),
    [
        ((500,), URL, Retry),
        ((429,), URL, Retry),
        ((404, 404), URL, Retry),
        ((302,), URL, Retry),
        ((), "http://hooks.example/canary-of-the-tests", GiveUp),
        ((), "made up canary-of-the-tests", GiveUp),
        ((), "", GiveUp),
    ],
)
async def test_what_fails_does_not_tell_the_url(
    statuses: tuple[int, ...], url: str, error: type[PipelineError]
) -> None:
    """Whoever has the URL may write into the chat: it is in no message, cause or repr."""
    with pytest.raises(error) as failed:
        await notify({}, reader(url), Chat(*statuses))
    assert "canary" not in repr(failed.value) + str(failed.value.__cause__)


def test_the_handler_tells_each_record(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What there is to tell of an event of SNS becomes a message a record, and one line in the log without the URL."""
    chat = Chat(200, 200)
    monkeypatch.setenv("CHAT", "slack")
    monkeypatch.setenv("WEBHOOK_SECRET", "arn")
    monkeypatch.setattr("lambdas.common.runtime.secret", lambda _: reader(URL))
    monkeypatch.setattr(entry, "_transport", lambda: chat)
    with caplog.at_level(logging.INFO):
        well = json.dumps(ALARM | {"NewStateValue": "OK", "OldStateValue": "INSUFFICIENT_DATA"})
        entry.handler({"Records": [{"Sns": {"Message": told}} for told in (json.dumps(ALARM), well, "hi")]}, Context())
    assert [body["text"].splitlines()[0] for _, body in chat.posted] == ["Tmdb-prod-DeadLetters: ALARM", "hi"]
    assert caplog.messages == ["alarm.notified"] and "canary" not in str([vars(line) for line in caplog.records])
