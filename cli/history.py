"""`tmdb history`: how a title changed from one answer of TMDB's to the next, as far back as the lake goes.

Read from silver, or from bronze where nothing has made silver of it yet.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cli import rows
from cli.errors import Failure
from cli.lake import FolderOption, LocalOption, StageOption, choose, opened, store_of
from lambdas.common.datasets import DATASETS
from lambdas.common.work import MAX_ID

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_TITLE = re.compile(r"([a-z_]+)/([1-9]\d{0,9})", re.ASCII)
_NOT_TMDBS = {"fetched_at", "run", "schema_fields", "dt"}


class Fetched(NamedTuple):
    """One answer about a title: its body with the columns' names, or None when it was gone."""

    at: dt.datetime
    body: dict[str, Any] | None


class Change(NamedTuple):
    """A field that two answers differ in; what is nested is named by its path."""

    at: dt.datetime
    field: str
    old: Any
    new: Any


def history(
    title: Annotated[str, typer.Argument(help="movie/550, tv/1399, person/287, ...", show_default=False)],
    fields: Annotated[
        list[str] | None, typer.Option("--field", help="only this field, or what is in it; may be given again")
    ] = None,
    stage: StageOption = None,
    local: LocalOption = False,
    folder: FolderOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a change, and errors as JSON")] = False,
) -> None:
    """Show how a title changed over the days.

    tmdb history movie/550

    tmdb history movie/550 --field popularity --field watch_providers

    Days are UTC. Of a list only its length is shown, as TMDB may well have put it in another order.
    """
    dataset, id = _parse(title)
    lake = choose(stage, local, folder)
    store = store_of(lake.where)
    answers = sorted(_from_silver(store, dataset, id) or _from_bronze(store, dataset, id), key=lambda answer: answer.at)
    if not answers:
        raise Failure(f"{lake} has no answer about {title}; see that its dataset is among the stage's feeds")
    _check_fields(answers, fields or [])
    found = [change for change in changes(answers) if not fields or any(_within(change.field, name) for name in fields)]
    table = [(f"{change.at:%Y-%m-%d %H:%M}", change.field, change.old, change.new) for change in found]
    columns = ("date", "field", "old", "new")
    if as_json:
        rows.write_json(columns, table)
    else:
        number = f"{len(answers)} answer{'s' * (len(answers) > 1)}"
        print(f"{title}: {number}, {answers[0].at:%Y-%m-%d} to {answers[-1].at:%Y-%m-%d}")
        if table:
            rows.show(columns, table)
        else:
            print("nothing changed")
    lake.tell()


def changes(answers: Iterable[Fetched]) -> Iterator[Change]:
    """What differs between each answer and the one before."""
    before: Fetched | None = None
    for answer in answers:
        if before is not None:
            if before.body is None or answer.body is None:
                if before.body is not answer.body:
                    yield Change(answer.at, "gone", before.body is None, answer.body is None)
            else:
                for field, old, new in _differences(before.body, answer.body, ""):
                    yield Change(answer.at, field, old, new)
        before = answer


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(new.keys() - old.keys())]:
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif old != new:
        yield path, _brief(old), _brief(new, than=old)


def _brief(value: Any, than: Any = None) -> Any:
    """A value as it is shown: of a list of messages only how many there are."""
    if not isinstance(value, list) or not any(isinstance(item, dict) for item in value):
        return value
    others = "others" if isinstance(than, list) and len(than) == len(value) else ""
    return f"{len(value)} {others}".strip()


def _parse(title: str) -> tuple[str, int]:
    match = _TITLE.fullmatch(title)
    names = [name for name, dataset in DATASETS.items() if dataset.export]
    if not match or match[1] not in names or int(match[2]) >= MAX_ID:
        raise typer.BadParameter(
            f"{title!r} is not a title, such as movie/550; one of {', '.join(names)}", param_hint="TITLE"
        )
    return match[1], int(match[2])


def _check_fields(answers: Iterable[Fetched], fields: Iterable[str]) -> None:
    there = {key for answer in answers for key in answer.body or ()}
    for field in fields if there else ():  # of a title that was never there no field is known
        if field.partition(".")[0] not in there:
            raise Failure(f"there is no field {field}; there are {', '.join(sorted(there))}")


def _within(field: str, name: str) -> bool:
    return field == name or field.startswith(f"{name}.")


def _from_silver(store: "ObjectStore", dataset: str, id: int) -> list[Fetched]:
    from lambdas.common import trino

    bodies = trino.parse(f"SELECT * FROM silver_{dataset} WHERE id = {id}")  # noqa: S608  # a name of ours and an int
    gone = trino.parse(f"SELECT fetched_at FROM silver_gone WHERE dataset = '{dataset}' AND id = {id}")  # noqa: S608
    with opened(store) as lake:
        columns, found = lake.rows(bodies)
        rows_found = [dict(zip(columns, row, strict=True)) for row in found]
        answers = [Fetched(at, None) for (at,) in lake.rows(gone)[1]]
    kept = [column for column in columns if column not in _NOT_TMDBS]
    return answers + [Fetched(row["fetched_at"], {column: row[column] for column in kept}) for row in rows_found]


def _from_bronze(store: "ObjectStore", dataset: str, id: int) -> list[Fetched]:
    """The same from TMDB's own bodies; a title's later calls, which bring seasons, are left out."""
    import obstore
    from obstore.exceptions import BaseError

    from lambdas.common.bronze import PREFIX, parse_bronze_key, read_lines
    from lambdas.common.errors import BadInput

    answers, key = [], ""
    try:
        found = [meta["path"] for page in obstore.list(store, prefix=f"{PREFIX}/{dataset}/") for meta in page]
        for key in (name for name in found if name.endswith(".jsonl.gz")):
            if parse_bronze_key(key).first_id > id:
                continue
            for answer, body in read_lines(bytes(obstore.get(store, key).bytes())):
                if answer.id == id and answer.call == 0:
                    at = dt.datetime.fromtimestamp(answer.fetched_at, dt.UTC).replace(tzinfo=None)
                    answers.append(Fetched(at, _named(json.loads(body)) if answer.status == 200 else None))
    except BadInput as error:
        raise Failure(f"{key} cannot be read: {error}") from error
    except BaseError as error:
        raise Failure(f"the lake cannot be read: {error}") from error
    return answers


def _named(body: dict[str, Any]) -> dict[str, Any]:
    """A body with the names that columns have; seasons are titles of their own."""
    return {key.replace("/", "_"): value for key, value in body.items() if not key.startswith("season/")}
