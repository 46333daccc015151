"""Statements through RDS's Data API: HTTPS and IAM, no connection and no network of one's own.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import Execute
from lambdas.common.errors import Retry

_TRIES = 12
_PAUSE = 5
"""Seconds between tries: together the minute that a long-paused cluster takes to be back."""


class DataApi:
    """One database of one cluster, by a boto3 client of `rds-data`."""

    def __init__(self, client: Any, settings: CatalogMigratorSettings, *, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._where = {"resourceArn": settings.cluster_arn, "secretArn": settings.secret_arn}
        self._database = settings.database_name
        self._sleep = sleep

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """Statements that take effect together at the end, or not at all. Raises Retry when the cluster stays away."""
        id = self._begin()
        try:
            yield lambda statement: self._execute(id, statement)
        except BaseException:
            self._client.rollback_transaction(**self._where, transactionId=id)
            raise
        self._client.commit_transaction(**self._where, transactionId=id)

    def _begin(self) -> str:
        for _ in range(_TRIES):
            try:
                return str(self._client.begin_transaction(**self._where, database=self._database)["transactionId"])
            except self._client.exceptions.DatabaseResumingException:
                self._sleep(_PAUSE)
        raise Retry(f"the cluster was still resuming after {_TRIES * _PAUSE} seconds")

    def _execute(self, id: str, statement: str) -> Sequence[Sequence[Any]]:
        answer = self._client.execute_statement(**self._where, database=self._database, transactionId=id, sql=statement)
        return [[next(iter(cell.values())) for cell in record] for record in answer.get("records", ())]
