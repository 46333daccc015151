"""The catalog where IAM is enforced: the deployed functions, a real Postgres, and what lies between them.

A deployment brings the schema; objects become events, messages, rows; the API is asked through its gateway. What RDS
would add is beyond an emulator: a cluster that sleeps, and sign-in by IAM, for which this Postgres asks nobody.
"""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lambdas.common.catalog.settings import DATABASE
from local import emulator
from local.run.catalog import Database
from local.run.deployment import Deployment
from tests.system.world import eventually
from tests.unit.common.bronze_objects import packed
from tests.unit.lake_writer.world import RUN, line, movie

BRONZE = f"bronze/movie/dt=2026-11-20/movie-{RUN}/"


class Catalog:
    """The deployed catalog, from outside."""

    def __init__(self, world: Deployment) -> None:
        self.world = world
        id = str(urlsplit(world.outputs["CatalogUrl"]).hostname).partition(".")[0]
        self.url = f"{world.emulator.url}/_aws/execute-api/{id}"
        self._http = urllib3.PoolManager(ca_certs=str(world.emulator.certificate))

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the lake."""
        self.world.emulator.client("s3").put_object(Bucket=self.world.outputs["LakeBucket"], Key=key, Body=body)

    def ask(self, method: str, path: str, body: bytes = b"", *, signed: bool = False) -> tuple[int, Any]:
        """Status and answer of a request at the gateway."""
        headers = {"Accept": "application/json"}
        if signed:
            request = AWSRequest(method, f"{self.url}{path}", headers=headers, data=body)
            SigV4Auth(Credentials("test", "test"), "execute-api", emulator.REGION).add_auth(request)
            headers = dict(request.headers)
        answer = self._http.request(method, f"{self.url}{path}", body=body or None, headers=headers)
        return answer.status, json.loads(answer.data)

    def found(self, **query: str) -> list[dict[str, Any]]:
        """The movies of a search; none while there is no answer."""
        status, page = self.ask("GET", f"/movies?{urlencode(query)}")
        assert status == 200, page
        movies: list[dict[str, Any]] = page["movies"]
        return movies

    def letters(self) -> list[dict[str, Any]]:
        """The dead letters, held for a while."""
        sqs, url = self.world.emulator.client("sqs"), self.world.outputs["CatalogDeadLettersUrl"]
        found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return found


@pytest.fixture(scope="module")
def catalog(strict: Deployment) -> Catalog:
    """The catalog, whose queue brings messages back in a second instead of half an hour."""
    strict.emulator.client("sqs").set_queue_attributes(
        QueueUrl=strict.outputs["CatalogQueueUrl"], Attributes={"VisibilityTimeout": "1"}
    )
    return Catalog(strict)


@pytest.fixture
def rows(own_database: Database) -> Iterator[psycopg.Connection]:
    """The database, for who may look at all of it."""
    with own_database.server.connect(DATABASE) as connection:
        yield connection


def test_a_dropped_file_is_found(catalog: Catalog, rows: psycopg.Connection) -> None:
    """Under a key of any letters; its bad rows are in the reject table, with reason and place."""
    movies = [{"title": "Zażółć", "year": 2001, "cast": ["Ana"], "genres": ["sci-fi"]}, {"title": None}, 7]
    catalog.put("drop/mein file ł+&.json", json.dumps(movies).encode())
    (found,) = eventually(lambda: catalog.found(title="zazolc", actor="ANA", year="2001"))
    assert (found["title"], found["genres"]) == ("Zażółć", ["Science Fiction"])
    rejected = rows.execute("SELECT source, position, reason FROM reject ORDER BY position").fetchall()
    source = f"{catalog.world.outputs['LakeBucket']}/drop/mein file ł+&.json"
    assert rejected == [
        (source, 2, "year is missing: without a tmdb_id a movie is told from others by its title and year"),
        (source, 3, "a movie must be an object, not a number"),
    ]


def test_bronze_is_found(catalog: Catalog) -> None:
    """What the pipeline keeps of movies becomes rows that name their objects at the edge."""
    lines = [line(movie(id), at=int(time.time())) for id in range(701, 704)]
    catalog.put(f"{BRONZE}701-0-00000000.jsonl.gz", packed(lines).finish())
    found = eventually(lambda: catalog.found(title="movie 70", sort="title"))
    assert [item["edge_key"] for item in found] == [f"movie/{id}.pb.lz4" for id in range(701, 704)]


def test_writing_needs_an_identity(catalog: Catalog) -> None:
    """The gateway refuses a POST that nobody has signed; a signed one is stored and found."""
    added = json.dumps({"title": "Night Watch", "year": 2004}).encode()
    assert catalog.ask("POST", "/movies", added)[0] == 403
    assert catalog.ask("POST", "/movies", added, signed=True) == (200, {"stored": 1, "rejected": [], "respelled": {}})
    assert [item["year"] for item in catalog.found(title="night watch")] == [2004]


def test_what_cannot_be_loaded_is_kept_and_can_be_redriven(catalog: Catalog, rows: psycopg.Connection) -> None:
    """Its message ends among the dead letters, naming the object; sent again after that is mended, it is loaded."""
    rows.execute("REVOKE INSERT ON movie FROM catalog_loader")
    catalog.put("drop/later.json", b'{"title": "Later", "year": 2005}')
    (letter,) = eventually(catalog.letters)
    rows.execute("GRANT INSERT ON movie TO catalog_loader")
    assert json.loads(letter["Body"])["detail"]["object"]["key"] == "drop/later.json"
    sqs, outputs = catalog.world.emulator.client("sqs"), catalog.world.outputs
    sqs.send_message(QueueUrl=outputs["CatalogQueueUrl"], MessageBody=letter["Body"])
    sqs.delete_message(QueueUrl=outputs["CatalogDeadLettersUrl"], ReceiptHandle=letter["ReceiptHandle"])
    assert [item["year"] for item in eventually(lambda: catalog.found(title="later"))] == [2005]


def test_everything_can_be_purged(catalog: Catalog, rows: psycopg.Connection) -> None:
    """The loader that the schedule and `tmdb purge` ask deletes what there is, as a user who may do no more."""
    asked = json.dumps({"purge": {"everything": True}})
    functions = catalog.world.emulator.client("lambda")
    answer = functions.invoke(FunctionName=catalog.world.outputs["CatalogLoaderFunction"], Payload=asked)
    counts = json.load(answer["Payload"])
    assert counts["movie"] >= 3 and counts["reject"] == 2
    assert catalog.found() == []
    assert rows.execute("SELECT count(*) FROM reject").fetchone() == (0,)
