"""`tmdb dlq`: looking leaves the letters there, redriving sends each once however many operators do it."""

from typing import Any

import pytest

from cli import dlq
from cli.dead_letters import DeadLetters
from cli.errors import Failure
from cli.runs import send_run
from lambdas.common.datasets import Mode
from lambdas.common.errors import Retry
from lambdas.common.work import WorkItem
from tests.unit.cli.world import FakeStage, letters, messages, raised, said, told

LISTED = """\
ids  dataset  reason
  2  movie    TMDB answered 500
  1  movie    The ID is invalid
"""


def test_letters_are_counted_by_reason(dev: FakeStage) -> None:
    """`list` counts what is there and takes nothing; the most of a kind come first."""
    letters(dev, 550, 680)
    letters(dev, 13475, reason="The ID is invalid")
    shown = said("dlq", "list", "--stage", "dev")
    assert "\n".join(line.rstrip() for line in shown.splitlines()) + "\n" == LISTED
    assert len(told("dlq", "show", "--stage", "dev")["letters"]) == 3
    assert [row["title"] for row in told("dlq", "show", "--reason", "invalid", "--stage", "dev")["letters"]] == [
        "movie/13475"
    ]


def test_an_empty_queue_is_no_failure(dev: FakeStage) -> None:
    """Without dead letters every verb says so, and succeeds."""
    assert said("dlq", "list", "--stage", "dev") == "no dead letters\n"
    assert said("dlq", "redrive", "--stage", "dev") == "no dead letters to redrive\n"
    assert said("dlq", "drop", "--stage", "dev") == "dropped: 0 dead letters\n"


def test_two_operators_redrive_at_once(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second sees what the first has not taken: every id is sent once, none is lost."""
    letters(dev, *range(1, 16))
    monkeypatch.setattr(dlq, "_HANDFUL", 10)
    second: dict[str, int] = {}

    async def first_sends(*given: Any) -> str:
        monkeypatch.setattr(dlq, "send_run", send_run)
        second.update(await dlq._redrive(DeadLetters(dev)))
        return await send_run(*given)

    monkeypatch.setattr(dlq, "send_run", first_sends)
    first = told("dlq", "redrive", "--stage", "dev")
    assert first["redriven"] + sum(second.values()) == 15
    assert 0 < sum(second.values()) < 15
    assert sorted(id for item in messages(dev) for id in item.ids) == list(range(1, 16))
    assert messages(dev, "DeadLettersUrl") == []


def test_what_dies_again_is_not_redriven_again(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that comes back as a dead letter of the redrive itself is left for the operator: redriving ends."""
    letters(dev, 550)

    async def dies(dataset: str, ids: list[int], *given: Any) -> str:
        run = await send_run(dataset, ids, *given)
        item = WorkItem(run=run, dataset=dataset, mode=Mode.IDS, ids=tuple(ids)).dead(ids[0], "TMDB answered 500")
        dev.client("sqs").send_message(QueueUrl=dev.output("DeadLettersUrl"), MessageBody=item.to_json())
        return run

    monkeypatch.setattr(dlq, "send_run", dies)
    assert told("dlq", "redrive", "--stage", "dev")["redriven"] == 1
    assert [letter.ids for letter in messages(dev, "DeadLettersUrl")] == [(550,)]


def test_letters_stay_when_the_work_queue_refuses(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter is deleted only after what replaces it was accepted."""
    letters(dev, 550)

    async def refuses(*_: Any) -> str:
        raise Retry("SQS took none of 1 messages")

    monkeypatch.setattr(dlq, "send_run", refuses)
    error = raised("dlq", "redrive", "--stage", "dev")
    assert isinstance(error, Failure) and "no letter was deleted" in str(error)
    attributes = dev.client("sqs").get_queue_attributes(QueueUrl=dev.output("DeadLettersUrl"), AttributeNames=["All"])
    assert int(attributes["Attributes"]["ApproximateNumberOfMessagesNotVisible"]) == 1


def test_dropping_asks(dev: FakeStage) -> None:
    """Any other answer than yes deletes nothing, and the letters can be seen again at once."""
    letters(dev, 550, 680)
    error = raised("dlq", "drop", "--stage", "dev", given="n\n")
    assert isinstance(error, Failure) and str(error) == "nothing was deleted"
    assert told("dlq", "drop", "--reason", "no such reason", "--yes", "--stage", "dev") == {"dropped": 0}
    assert told("dlq", "drop", "--yes", "--stage", "dev") == {"dropped": 2}


def test_an_unknown_dataset_is_named(dev: FakeStage) -> None:
    """A dataset that there is not is refused before any letter is touched."""
    assert "unknown dataset 'film'" in str(raised("dlq", "redrive", "--type", "film", "--stage", "dev"))
