"""The deployed lake: what lies at the edge is there in SQL, value by value; nothing comes in twice, or by mistake."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli.main import app
from lambdas.common.columns import columns_of
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import parse_key
from local.catalogue.samples import SamplesCatalogue
from local.run.__main__ import mirror
from local.run.lake import ask, fill
from local.run.rounds import Round
from proto.tmdb.v1.season_pb2 import Season
from tests.system.world import World, eventually
from tests.unit.lake_writer.test_values import record

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def filled(mirrored: World) -> World:
    """The mirrored world after a night. Each title has surely been collected, whatever other tests did before."""
    assert mirrored.settings.samples
    keys = [parse_key(f"{key}.pb.lz4") for key in SamplesCatalogue(mirrored.settings.samples).served(0)]
    ids = {name: sorted({key.id for key in keys if key.dataset == name}) for name in DATASETS}
    events = [{"dataset": name, "mode": "ids", "ids": some} for name, some in ids.items() if some]
    asyncio.run(mirror(Round("every title once more", events), mirrored.deployment, QUIET))
    fill(mirrored.deployment, QUIET)
    return mirrored


def rows(world: World, folder: str) -> list[dict[str, Any]]:
    """The rows of all files in a folder of the lake."""
    files = [str(path) for path in (world.deployment.lake / folder).rglob("*.parquet")]
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet($files)", {"files": files})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def at_edge(world: World) -> Iterator[tuple[str, tuple[int, int | None], dict[str, Any]]]:
    """Dataset, key and body of each title and season that lies at the edge; other objects have none of these rows."""
    edge = world.settings.local / "edge"
    for path in edge.rglob("*.pb.lz4"):
        key = str(path.relative_to(edge))
        parsed = parse_key(key)
        dataset = DATASETS[parsed.dataset]
        if dataset.paged or dataset.found_by or parsed.reviews or parsed.episode is not None:
            continue
        name = parsed.dataset if parsed.season is None else "season"
        yield name, (parsed.id, parsed.season), world.title(key.removesuffix(".pb.lz4"))


def content(world: World) -> dict[str, bytes]:
    """Every byte of the lake, but what queries found and how far the compactor has looked."""
    lake = world.deployment.lake
    paths = {str(path.relative_to(lake)): path for path in lake.rglob("*") if path.is_file()}
    return {
        key: path.read_bytes()
        for key, path in paths.items()
        if not key.endswith((".meta.json", "/_merged")) and not key.startswith("athena/")
    }


def test_current_rows_are_what_lies_at_the_edge(filled: World) -> None:
    """Titles and seasons: as many rows as objects, and in each row every value of its object."""
    expected: dict[str, dict[Any, dict[str, Any]]] = {}
    refused: set[Any] = set()
    for name, key, body in at_edge(filled):
        if name == "collection" and not body.get("name"):  # in quarantine; a row from when it had one stays
            refused.add(key)
            continue
        message = Season if name == "season" else DATASETS[name].message
        expected.setdefault(name, {})[key] = record(columns_of(message.DESCRIPTOR), body)
    assert {"movie", "tv", "person", "season"} <= expected.keys()
    for name, titles in expected.items():
        found = {
            (row["show_id"], row["season_number"]) if name == "season" else (row["id"], None): row
            for row in rows(filled, f"current/{name}")
        }
        assert titles.keys() <= found.keys() <= titles.keys() | (refused if name == "collection" else set())
        for key, title in titles.items():
            assert {column: found[key][column] for column in title} == title


def view(world: World, name: str) -> str:
    """The query that Glue holds of a view, to be asked in its place: the emulator's Athena knows of tables only."""
    database = world.deployment.outputs["GlueDatabase"]
    table = world.deployment.emulator.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    encoded = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    return f"({json.loads(base64.b64decode(encoded))['originalSql']}) AS {name}"


def test_athena_answers_from_silver_and_gold(filled: World) -> None:
    """A SELECT of the day's silver finds every movie by its title; gold counts the people who have titles."""
    titles = {str(id): body["title"] for name, (id, _), body in at_edge(filled) if name == "movie"}
    silver_movie = view(filled, "silver_movie")
    _, days = ask(filled.deployment, f"SELECT max(dt) FROM {silver_movie}")
    day = days[0][0]
    names, found = ask(filled.deployment, f"SELECT id, title, dt FROM {silver_movie} WHERE dt = '{day}'")
    assert names == ["id", "title", "dt"]
    assert {*titles.items()} <= {(str(id), title) for id, title, _ in found}
    people = [body.get("combined_credits") or {} for name, _, body in at_edge(filled) if name == "person"]
    credited = [person for person in people if person.get("cast") or person.get("crew")]
    _, counted = ask(filled.deployment, "SELECT count(*) FROM gold_top_people")
    assert [int(number) for (number,) in counted] == [len(credited)]
    _, listed = ask(filled.deployment, "SELECT DISTINCT dataset FROM export_ids")
    assert listed and all(dataset in DATASETS for (dataset,) in listed)


def test_athena_finds_a_row_once_that_lies_in_two_files(filled: World) -> None:
    """As while a day is merged, or when an object of bronze is written once more after that."""
    s3, bucket = filled.deployment.emulator.client("s3"), filled.deployment.outputs["LakeBucket"]
    key = next(key for key in content(filled) if key.startswith("silver/movie/"))
    copy = f"{key.rpartition('/')[0]}/copy.parquet"

    def counted(table: str) -> int:
        _, found = ask(filled.deployment, f"SELECT count(*) FROM {table}")
        return int(found[0][0])

    before, files = counted(view(filled, "silver_movie")), counted("silver_movie_files")
    s3.copy_object(Bucket=bucket, Key=copy, CopySource={"Bucket": bucket, "Key": key})
    try:
        assert counted("silver_movie_files") > files
        assert counted(view(filled, "silver_movie")) == before
    finally:
        s3.delete_object(Bucket=bucket, Key=copy)


def test_what_is_no_bronze_ends_in_the_dead_letters(filled: World) -> None:
    """An object cut short and foreign ones are kept at once as messages that say why; no table has a trace of them."""
    before = content(filled)
    aws, outputs = filled.deployment.emulator, filled.deployment.outputs
    whole = next(key for key in before if key.startswith("bronze/movie/"))
    cut = f"{whole.removesuffix('.jsonl.gz')[:-8]}00000000.jsonl.gz"
    bodies = {cut: before[whole][:-20], "bronze/movie/hello.txt": b"hello", f"{cut}.gz": before[whole]}
    sqs = aws.client("sqs")
    for key, body in bodies.items():
        aws.client("s3").put_object(Bucket=outputs["LakeBucket"], Key=key, Body=body)
    asked = {"QueueUrl": outputs["LakeDeadLettersUrl"], "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    reasons: dict[str, str] = {}

    def all_are_told() -> bool:
        """A receipt may bring a message twice and another one not yet: who counts messages counts no keys."""
        for message in sqs.receive_message(**asked).get("Messages", []):
            key = json.loads(message["Body"])["detail"]["object"]["key"]
            reasons[key] = message["MessageAttributes"]["reason"]["StringValue"]
        return bodies.keys() <= reasons.keys()

    eventually(all_are_told, 120)
    assert "cut short" in reasons[cut]
    assert all("is not a key of bronze" in reasons[key] for key in bodies if key != cut)
    for key in bodies:
        aws.client("s3").delete_object(Bucket=outputs["LakeBucket"], Key=key)
    assert content(filled) == before


def test_an_event_that_comes_again_changes_nothing(filled: World) -> None:
    """Every object of bronze created once more, and another night: not a byte of silver, current or gold differs."""
    before = content(filled)
    aws, bucket = filled.deployment.emulator, filled.deployment.outputs["LakeBucket"]
    for key in before:
        if key.startswith("bronze/"):
            aws.client("s3").put_object(Bucket=bucket, Key=key, Body=before[key])
    fill(filled.deployment, QUIET)
    assert content(filled) == before


def test_compaction_by_hand_comes_by_the_bus(filled: World, operated: World) -> None:
    """As it does when a compactor has the next one go on: current rows that are lost are made again from silver."""
    bucket, s3 = filled.deployment.outputs["LakeBucket"], filled.deployment.emulator.client("s3")
    lost = {key: held for key, held in content(filled).items() if key.startswith("current/movie/")}
    assert lost
    for key in (*lost, "current/movie/_merged"):
        s3.delete_object(Bucket=bucket, Key=key)
    assert not lost.keys() & content(filled).keys()
    asked = CliRunner().invoke(app, ["compact", "--local", "--dataset", "movie"])
    assert asked.exception is None, asked.output
    eventually(lambda: lost.items() <= content(filled).items())
