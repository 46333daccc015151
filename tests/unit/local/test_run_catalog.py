"""The database of a run."""

import json
from pathlib import Path

from lambdas.common.catalog.settings import DATABASE
from local.run.catalog import database


def test_what_was_filled_is_left(tmp_path: Path) -> None:
    """A stage is told where the empty database is; what is in it in the end can be read again from its folder."""
    folder = tmp_path / "catalog"
    with database(folder) as made:
        told = json.loads(made.settings["database"])
        assert (told["host"], told["port"]) == (made.server.host, made.server.port)
        made.server.migrate(DATABASE)
        with made.server.connect(DATABASE) as connection:
            connection.execute("INSERT INTO gone VALUES (1, 1)")
        assert made.movies() == 0
    assert (folder / "PG_VERSION").exists()
