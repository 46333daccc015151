"""`tmdb launch` and `tmdb simulate`: IMDb's list as events, sent once however often the command is begun."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cli.errors import Failure
from cli.imdb import launch as launching
from cli.imdb.ledger import Ids, Ledger, Lines
from cli.main import main
from cli.stage import Stage
from lambdas.harvester.event import Event
from tests.unit.cli.imdb.test_basics import SAMPLE, row, sample_rows, write


class Bus:
    """EventBridge, as far as it is used: keeps the events it took, and dies after `left` of them."""

    def __init__(self, left: int = 1_000) -> None:
        self.events: list[Event] = []
        self.left = left

    def client(self, service: str, **_: Any) -> "Bus":
        assert service == "events"
        return self

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's word
        assert sum(len(entry["Detail"]) for entry in Entries) < 256 * 1024
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.events += [Event.parse(json.loads(entry["Detail"])) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{}]}

    @property
    def ids(self) -> list[int]:
        """All ids, in the order in which they were sent."""
        return [id for event in self.events for id in event.ids]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    """What the stage sends to."""
    bus = Bus()
    monkeypatch.setattr(launching, "open_stage", lambda name, local: Stage(name, {}, bus))
    return bus


def test_a_launch(bus: Bus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The titles of a type and of some years go out as ids of the dataset imdb, and are told."""
    source = tmp_path / "title.basics.tsv"
    source.write_bytes(SAMPLE.read_bytes())
    assert main(["launch", "--source", str(source), "--types", "movie,tvSeries", "--years", "2000-2020"]) == 0
    expected = {
        int(told["tconst"][2:])
        for told in sample_rows()
        if told["titleType"] in ("movie", "tvSeries") and told["startYear"] in map(str, range(2000, 2021))
    }
    (event,) = bus.events
    assert (event.dataset, event.mode, event.ids) == ("imdb", "ids", tuple(sorted(expected)))
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"sent: {len(expected)} titles of 200 lines; {200 - len(expected)} not selected"
    assert out[1:] == [
        "tmdb status --watch --stage prod shows how it goes",
        "tmdb outcomes imdb-ids- --stage prod lists what became of each id",
    ]


def test_what_the_lake_knows_goes_with_its_title(
    bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Known ids are counted and carry where their titles are, in events within the bus's limit; the others go alone."""
    ids = range(2**31 - 12_000, 2**31)
    known = {id: f"movie/{id}" for id in ids if id % 2}
    monkeypatch.setattr(launching, "known_to", lambda _: known)
    source = write(tmp_path / "list", *(row(f"tt{id}") for id in ids))
    assert main(["launch", "--source", str(source)]) == 0
    assert sorted(bus.ids) == [*ids]
    assert {id: title for event in bus.events for id, title in event.known.items()} == known
    assert [len(event.known) for event in bus.events] == [0, 5_000, 1_000]
    assert "\nknown to the lake and not looked up: 6,000 of them\n" in capsys.readouterr().out
    told = []
    for words in (["launch"], ["simulate", "--initial", "TI"]):
        assert main([*words, "--source", str(source), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert [(one["sent"], one["known"], one["sent_before"]) for one in told] == [(0, 0, 12_000), (12_000, 6_000, 0)]


def test_a_lake_that_does_not_answer(
    bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Costs requests and no title: all is sent to be looked up, and it is told why."""

    def fails(_: Stage) -> None:
        raise Failure("AWS does not let you do that")

    monkeypatch.setattr(launching, "known_to", fails)
    assert main(["launch", "--source", str(write(tmp_path / "list", row("tt0000001")))]) == 0
    assert bus.ids == [1]
    assert "every id will be looked up, as the lake cannot be asked" in capsys.readouterr().err


def test_events_are_no_larger_than_the_bus_takes(bus: Bus, tmp_path: Path) -> None:
    """Ten-digit ids, too, fill events within EventBridge's limit, and all of them arrive."""
    ids = range(2**31 - 50_000, 2**31)
    source = write(tmp_path / "list", *(row(f"tt{id}") for id in ids))
    assert main(["launch", "--source", str(source)]) == 0
    assert bus.ids == [*ids] and len(bus.events) == 3


def test_killed_and_run_again(bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A launch that was killed goes on behind what its ledger has; one that is over sends nothing more."""
    monkeypatch.setattr(launching, "IDS_AN_EVENT", 10)
    source = write(tmp_path / "list", *(row(f"tt{id:07d}") for id in range(1, 96)))
    for left in (3, 1, 0, 1_000, 1_000):
        bus.left = left
        main(["launch", "--source", str(source)])
    assert bus.ids == [*range(1, 96)]
    ledger = tmp_path / "list.sent-prod.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-5])  # a kill while the last line was written
    main(["launch", "--source", str(source)])
    assert bus.ids == [*range(1, 96), *range(91, 96)]


def test_another_selection_sends_what_is_new(bus: Bus, tmp_path: Path) -> None:
    """The ledger holds ids, not lines: a wider selection, or tomorrow's list, sends what was not sent."""
    source = tmp_path / "list"
    source.write_bytes(SAMPLE.read_bytes())
    main(["launch", "--source", str(source), "--sample", "0.3"])
    first = list(bus.ids)
    main(["launch", "--source", str(source)])
    assert first and len(bus.ids) == len(set(bus.ids)) > len(first)
    main(["launch", "--source", str(source), "--stage", "dev"])
    assert len(bus.ids) == 2 * len(set(bus.ids)), "another stage has a ledger of its own"


def test_every_line_is_counted_once(bus: Bus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sent, sent before, duplicates, not selected and rejected are all lines there are; a dry run foretells them."""
    titles = [row(f"tt{id:07d}") for id in (1, 2, 2, 3, 4, 3, 1)]
    source = write(tmp_path / "list", *titles[:3], row("tt0000009", type="short"), row("nm0000001"), "no title")
    launch = ["launch", "--source", str(source), "--json"]

    def told(*more: str) -> dict[str, int]:
        assert main([*launch, *more]) == 0
        numbers: dict[str, int] = json.loads(capsys.readouterr().out)
        parts = ("sent", "would_be_sent", "sent_before", "duplicates", "not_selected", "rejected")
        assert numbers["lines"] == sum(numbers.get(part, 0) for part in parts)
        return {part: numbers[part] for part in parts[:4] if part in numbers}

    assert told("--dry-run") == {"would_be_sent": 2, "sent_before": 0, "duplicates": 1}
    assert not bus.events and not list(tmp_path.glob("*sent*")), "it leaves nothing"
    assert told() == {"sent": 2, "sent_before": 0, "duplicates": 1}
    write(source, *titles)
    assert told("--dry-run") == {"would_be_sent": 2, "sent_before": 2, "duplicates": 3}
    assert told() == {"sent": 2, "sent_before": 2, "duplicates": 3}
    assert told("--dry-run") == {"would_be_sent": 0, "sent_before": 4, "duplicates": 3}
    assert bus.ids == [1, 2, 3, 4]
    assert main(launch[:-1]) == 0
    assert capsys.readouterr().out.startswith("sent: 0 titles of 7 lines; 4 sent before, 3 duplicates\n")


@pytest.mark.parametrize("as_json", [False, True])
def test_results_are_told(
    bus: Bus, as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """How many ids have which outcome: on a line of its own, and as JSON within the one object that there is."""

    def follow(_: Stage, sent: Ids, path: Path, *, hidden: bool) -> Counter[str]:
        assert hidden == as_json
        return Counter(found=len(sent) - 1, failed=1)

    monkeypatch.setattr(launching, "follow", follow)
    source, results = write(tmp_path / "list", row("tt0000001"), row("tt0000002")), tmp_path / "results.csv"
    words = ["launch", "--source", str(source), "--results", str(results), *(["--json"] if as_json else [])]
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert "1 ids failed" in err
    if as_json:
        told = json.loads(out)
        outcomes = {"found": 1, "not_found": 0, "ambiguous": 0, "failed": 1, "unknown": 0}
        assert (told["sent"], told["outcomes"]) == (2, outcomes)
    else:
        assert out == f"sent: 2 titles of 2 lines\n{results}: 1 found, 0 not found, 0 ambiguous, 1 failed\n"


def test_simulate_sends_one_partition(bus: Bus, capsys: pytest.CaptureFixture[str]) -> None:
    """A year and two letters, and all titles that are there under any alphabet and punctuation; each time anew."""
    expected = {
        int(told["tconst"][2:])
        for told in sample_rows()
        if told["primaryTitle"]
        in ("Adventures of Nobody", "Ad Hoc", '"Ada"', "Ådalen Ice", "A.D. 30", "'Adieu', She Said", "Adé & Eve")
    }
    for _ in range(2):
        assert main(["simulate", "--source", str(SAMPLE), "--year", "2004", "--initial", "ad"]) == 0
    assert bus.ids == 2 * sorted(expected)
    assert capsys.readouterr().out.count("sent: 7 titles of 200 lines; 193 not selected\n") == 2


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["launch", "--source", "no-such-file"], 2, "no-such-file"),
        (["launch", "--source", str(SAMPLE), "--types", "film"], 2, "'film' is no type of IMDb's"),
        (["launch", "--source", str(SAMPLE), "--years", "soon"], 2, "'soon' is neither a year nor two"),
        (["launch", "--source", str(SAMPLE), "--years", "2020-2000"], 2, "ends before it begins"),
        (["launch", "--source", str(SAMPLE), "--initial", "A "], 2, "'A ' is no initial"),
        (["launch", "--source", str(SAMPLE), "--results", "no/such/folder.csv"], 2, "no/such is no folder"),
        (["simulate", "--source", str(SAMPLE), "--initial", "QZ"], 1, "no movie of 2004 is in the partition QZ"),
    ],
)
def test_mistakes(
    bus: Bus, arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is one sentence, and nothing is sent."""
    assert main(arguments) == status
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1
    assert not bus.events


def test_two_launches_at_once(tmp_path: Path) -> None:
    """The second one is told, and sends nothing."""
    with Lines(tmp_path / "ledger"), pytest.raises(Failure, match="another command is writing"):
        Lines(tmp_path / "ledger")


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    """It is refused by name, and left as it is."""
    path = tmp_path / "ledger"
    path.write_text("{}\n[1\n")
    with Lines(path) as lines, pytest.raises(Failure, match="is no ledger"):
        Ledger(lines)
    assert path.read_text() == "{}\n[1\n"


def test_ids_are_a_set() -> None:
    """An id that was added is in it, its neighbours are not."""
    ids = Ids()
    assert [ids.add(id) for id in (1, 65_535, 65_536, 2**31 - 1, 1)] == [True, True, True, True, False]
    assert [id for id in (0, 1, 2, 65_534, 65_535, 65_536, 65_537, 2**31 - 1) if id in ids] == [
        1,
        65_535,
        65_536,
        2**31 - 1,
    ]
    assert (len(ids), [*ids]) == (4, [1, 65_535, 65_536, 2**31 - 1])
