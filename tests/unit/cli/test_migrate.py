"""Starting the migrator: what it did is told, and what it could not do fails the deployment."""

import io
import json
from typing import Any

import pytest

from cli.migrate import NotMigrated, migrate

OUTPUTS = {"CatalogMigratorFunction": "migrator"}


class Functions:
    """A client of Lambda that has one answer."""

    def __init__(self, answer: Any, **more: str) -> None:
        self._answer, self._more = answer, more
        self.invoked: list[str] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.invoked.append(FunctionName)
        assert json.loads(Payload) == {}
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode()), **self._more}


@pytest.mark.parametrize("applied", [[], ["0001_movies", "0002_users"]], ids=["none", "two"])
def test_applied_migrations_are_named(applied: list[str]) -> None:
    """The function that the outputs name is called once, and says what was missing."""
    functions = Functions({"applied": applied})
    assert migrate(OUTPUTS, functions) == applied
    assert functions.invoked == ["migrator"]


def test_a_failed_migration_is_an_error_with_its_reason() -> None:
    """A function that failed is no success, and its reason is told."""
    functions = Functions({"errorMessage": "migration 0001_movies was changed"}, FunctionError="Unhandled")
    with pytest.raises(NotMigrated, match="0001_movies was changed"):
        migrate(OUTPUTS, functions)
