"""What a life has stored, in a form that two lives can be compared by.

A title is fetched again when the first try died with it, and its run may be another: times of fetches and names of
runs are left out, and so is how often something is there that is meant to be taken once. All else is compared, down
to the bytes.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import duckdb
import orjson
import psycopg

from lambdas.common import codec
from lambdas.common.bronze import parse_bronze_key, read_lines
from lambdas.common.receipts import Receipt
from lambdas.common.state import Run
from lambdas.common.work import WorkItem
from tests.chaos.calls import scrubbed
from tests.chaos.world import World

Stored = dict[str, Any]
"""What there is by its name; values are compared for being equal."""


def edge(objects: Mapping[str, bytes]) -> Stored:
    """Each object decoded, and the digest of its bytes without the time of its fetch."""
    return {key: _object(blob) for key, blob in objects.items()}


def _object(blob: bytes) -> tuple[Any, str]:
    dataset = codec.metadata(blob).dataset
    message = codec.read(dataset, blob)
    message.meta.fetched_at = 0
    return codec.decode(dataset, blob), sha256(message.SerializeToString(deterministic=True)).hexdigest()


def bronze(objects: Mapping[str, bytes]) -> Stored:
    """Each answer that was recorded, however often it was."""
    found: Stored = {}
    for key, blob in objects.items():
        if key.startswith("bronze/"):
            dataset = parse_bronze_key(key).dataset
            for answer, body in read_lines(blob):
                found.setdefault(f"{dataset} {answer.id} {answer.call}", set()).add((answer.status, body))
    return found


def files(objects: Mapping[str, bytes], *folders: str) -> Stored:
    """Each object below some folders by its bytes."""
    return {key: sha256(blob).hexdigest() for key, blob in objects.items() if key.startswith(folders)}


def rows(objects: Mapping[str, bytes], folder: str) -> Stored:
    """The rows of all Parquet files below a folder, file by file, in no order."""
    found: Stored = {}
    with duckdb.connect() as database:
        for key, blob in objects.items():
            if key.startswith(folder) and key.endswith(".parquet"):
                table = database.read_parquet(io.BytesIO(blob))
                found[key] = Counter(map(repr, table.fetchall()))
    return found


async def settled(world: World, *, counted: bool = True) -> Stored:
    """The state table: what became of each id, what is remembered for the next harvest, and runs that were listed.

    Of these the counters, or whether they are done: an event that is tried again makes a run of its own, but for an
    export, which goes on with the one it began.
    """
    found: Stored = {}
    for item in await world.items():
        kind, name = item["pk"].partition("#")[0], item["sk"]
        match kind:
            case "RECEIPT":
                run = scrubbed(item["pk"])
                outcomes = _outcomes(Receipt.from_json(item["receipt"]))
                found |= {f"{run} {_dataset(item['pk'])} {id}": outcome for id, outcome in outcomes.items()}
            case "RUN":
                if "listed_at" in item:
                    told = _counters(item) if counted else _done(item)
                    found.setdefault(f"RUN {item['dataset']} {item['mode']}", set()).add(told)
            case "EXPORT":
                found[f"EXPORT {name}"] = {key: item.get(key) for key in ("date", "select", "complete", "refreshed")}
            case _:
                kept = {key: value for key, value in item.items() if key not in ("pk", "sk", "expires_at")}
                found[f"{scrubbed(item['pk'])} {name}"] = kept
    return found


def _dataset(pk: str) -> str:
    return pk.partition("#")[2].partition("-")[0]


def _outcomes(receipt: Receipt) -> dict[int, str]:
    """What is known for good; what was sent on has another receipt."""
    there = dict.fromkeys((*receipt.stored, *receipt.unchanged), "at the edge")
    return {**there, **dict.fromkeys(receipt.gone, "gone"), **receipt.dead}


def _counters(item: Mapping[str, str]) -> tuple[str, ...]:
    """The counters of a run: a title that was stored before its receipt died is unchanged afterwards."""
    counted = {
        name: int(item.get(name, 0)) for name in ("harvested", "messages", "rejected", "leavers", "gone", "dead")
    }
    counted["at the edge"] = int(item.get("stored", 0)) + int(item.get("unchanged", 0))
    return tuple(f"{name}: {number}" for name, number in counted.items())


def _done(item: Mapping[str, str]) -> str:
    run = Run.from_item(item)
    return "done" if run.done and run.settled == run.harvested else f"{run.settled} of {run.harvested} settled"


def letters(bodies: Iterable[str]) -> set[tuple[str, int, str]]:
    """Dead letters, each once."""
    items = [WorkItem.from_json(body) for body in bodies]
    return {(item.dataset, id, str(item.reason)) for item in items for id in item.ids}


def queued(bodies: Iterable[str]) -> dict[str, set[int]]:
    """The ids that wait, by dataset and mode."""
    found: dict[str, set[int]] = {}
    for body in bodies:
        item = WorkItem.from_json(body)
        found.setdefault(f"{item.dataset} {item.mode}", set()).update(item.ids)
    return found


_UNLIKE = {"movie": ("id", "fetched_at"), "reject": ("fetched_at",), "migration": ("applied_at",)}
"""Columns whose values differ from life to life: numbers given to rows, and when S3 says that a file was dropped."""


def catalog(connection: psycopg.Connection) -> Stored:
    """The schema, and the rows of every table."""
    columns = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    schema = sorted(connection.execute(columns).fetchall())
    found: Stored = {"schema": schema, "indexes": sorted(connection.execute(indexes).fetchall())}
    for table in sorted({str(row[0]) for row in schema}):
        rows = connection.execute(f"SELECT to_jsonb({table}) - %s::text[] FROM {table}", [[*_UNLIKE.get(table, ())]])
        found[table] = Counter(scrubbed(orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode()) for (row,) in rows)
    return found


def differences(before: Stored, after: Stored) -> list[str]:
    """What differs, in a few words each."""
    told = []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            told += [f"{name}: {line}" for line in differences(one, other)]
        else:
            told.append(f"{name} is {_short(other)} instead of {_short(one)}")
    return told


def _short(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) < 300 else f"{text[:300]}..."
