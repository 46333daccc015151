"""Builds a table of gold on Athena, for a lake that outgrows one function.

Athena writes into a folder of its own beside gold, which no table reads; only what is complete replaces the old files.
"""

import datetime as dt

from lambdas.common import trino
from lambdas.common.athena import Athena
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake
from lambdas.gold_builder.build import Built, leave_only, query

STAGING = "gold-staging"


async def unload(table: str, date: dt.date, *, athena: Athena, bucket: str, lake: Lake, build_id: str) -> Built:
    """Build a table on Athena and put it where the last one was. `build_id` is of this build alone.

    Raises BadInput, Retry, StopTheLine.
    """
    folder = f"{STAGING}/{table}/{build_id}"
    select = trino.to_trino(query(table, date))
    await athena.run(f"UNLOAD ({select}) TO 's3://{bucket}/{folder}/' WITH (format = 'PARQUET', compression = 'ZSTD')")
    parts = [found.key for found in lake.objects(folder)]
    keys = [f"{GOLD[table].prefix}/part-{number}.parquet" for number in range(len(parts))]
    # The rows are in order, so Athena writes one file as a rule, and one copy replaces the table at once.
    for part, key in zip(parts, keys, strict=True):
        lake.copy(part, key)
    leave_only(lake, table, keys)
    for part in parts:
        lake.remove(part)
    return Built(table, None)
