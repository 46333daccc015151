"""The catalog: a dropped file of many rows and answers of TMDB loaded into Postgres, and its schema migrated."""

import asyncio

import orjson

from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from tests.chaos import stored
from tests.chaos.scenes.lake import created
from tests.chaos.world import World
from tests.unit.catalog_loader.world import bronze

_ROWS = 2_100
"""Of the dropped file: three transactions."""
_TEMPLATE = "chaos"


def database(world: World) -> str:
    """The name of a life's database."""
    return f"life{world.number}"


class Load:
    """The catalog loader, with two objects in one batch."""

    name = "load the catalog"

    async def prepare(self, world: World) -> None:
        await asyncio.to_thread(_create, world)
        rows = [
            {"title": f"Movie {n}", "year": 1950 + n % 70, "cast": [f"Player {n % 97}"], "genres": ["Drama"]}
            for n in range(_ROWS)
        ]
        rows[7]["year"] = 0
        key, blob = bronze(
            (11, 200, {"id": 11, "title": "The Lantern", "release_date": "1999-10-15"}),
            (12, 404, {"success": False, "status_code": 34}),
            (13, 200, {"id": 13}),
        )
        for name, content in (("drop/movies.json", orjson.dumps(rows)), (key, blob)):
            await world.put("lake", name, content)
            await world.send("work", created(world, name))

    async def play(self, world: World) -> None:
        settings = CatalogLoaderSettings(
            database_host=str(world.machine.gate.sockets),
            database_port=world.machine.postgres.port,
            database_name=database(world),
            database_user=world.machine.postgres.user,
            database_iam=False,
            database_ca="",
            lake_bucket=world.bucket("lake"),
        )
        await world.deliver("work", "catalog_loader", settings, batch=10)

    async def stored(self, world: World) -> stored.Stored:
        return await asyncio.to_thread(_rows, world)

    async def check(self, world: World) -> None:
        """A thousand rows are there or none of them: who searches sees whole rows."""


class Migrate:
    """The catalog's migrator, on an empty database, and once more when it is done."""

    name = "migrate the catalog"

    async def prepare(self, world: World) -> None:
        await asyncio.to_thread(world.machine.postgres.create, database(world))

    async def play(self, world: World) -> None:
        settings = CatalogMigratorSettings(
            cluster_arn="arn:aws:rds:us-east-1:1:cluster:x",
            secret_arn="arn:aws:secret:x",
            database_name=database(world),
            data_api_url=world.machine.gate.urls["RDS"],
        )
        for _ in range(2):
            await world.trigger("catalog_migrator", settings, {})

    async def stored(self, world: World) -> stored.Stored:
        return await asyncio.to_thread(_rows, world)

    async def check(self, world: World) -> None:
        await asyncio.to_thread(world.machine.data_api.forget)
        found = await asyncio.to_thread(_rows, world)
        assert not found["schema"] or len(found["migration"]) > 1, "there is half a schema"


def _create(world: World) -> None:
    server = world.machine.postgres
    with server.connect() as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchall():
            server.create(_TEMPLATE)
            server.migrate(_TEMPLATE)
    server.create(database(world), _TEMPLATE)


def _rows(world: World) -> stored.Stored:
    with world.machine.postgres.connect(database(world)) as connection:
        return stored.catalog(connection)
