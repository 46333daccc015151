"""A table of the lake in the Glue catalog: where its files lie and what is in them, declared rather than crawled.

The days of a table by day are projected: a folder `dt=...` is a partition as soon as it is there, and nobody adds it.
Where files may hold a row twice, the table's name is that of a view, which has it once; the files are `..._files`.
"""

import base64
import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.columns import Column
from lambdas.common.datasets import DATASETS
from lambdas.common.once import DAY, files_of, is_view, once, seen
from lambdas.common.tables import EXPORT_IDS, Table

FIRST_DAY = "2026-01-01"
"""No lake is older: a query that names no day looks for the folders of all days since."""
_DAYS = {
    "projection.enabled": "true",
    "projection.dt.type": "date",
    "projection.dt.format": "yyyy-MM-dd",
    "projection.dt.range": f"{FIRST_DAY},NOW",
}
_HIVE = "org.apache.hadoop.hive"
_PARQUET: dict[str, Any] = {
    "input_format": f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
    "output_format": f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
    "serde_info": glue.CfnTable.SerdeInfoProperty(
        serialization_library=f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe"
    ),
}
_CSV: dict[str, Any] = {
    "input_format": "org.apache.hadoop.mapred.TextInputFormat",
    "output_format": f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat",
    "serde_info": glue.CfnTable.SerdeInfoProperty(
        serialization_library=f"{_HIVE}.serde2.lazy.LazySimpleSerDe", parameters={"field.delim": ","}
    ),
}


class DatasetTable(glue.CfnTable):
    """The files of `table` in `bucket`, as a table in `database`."""

    def __init__(self, scope: Construct, table: Table, *, bucket: s3.IBucket, database: glue.CfnDatabase) -> None:
        name = files_of(table) if is_view(table) else table.name
        keys = [DAY] if table.by_day else []
        parameters = {"classification": "parquet"} | (_DAYS if table.by_day else {})
        if table is EXPORT_IDS:  # a folder a dataset, in which are those of the days
            keys = [column for column in table.columns if column.name == "dataset"] + keys
            parameters |= {
                "classification": "csv",
                "skip.header.line.count": "1",
                "projection.dataset.type": "enum",
                "projection.dataset.values": ",".join(name for name, dataset in DATASETS.items() if dataset.export),
            }
        super().__init__(
            scope,
            name,
            catalog_id=Aws.ACCOUNT_ID,
            database_name=database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=name,
                table_type="EXTERNAL_TABLE",
                parameters=parameters,
                partition_keys=_properties(keys),
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=f"s3://{bucket.bucket_name}/{table.prefix}/",
                    columns=_properties([column for column in table.columns if column not in keys]),
                    **(_CSV if table is EXPORT_IDS else _PARQUET),
                ),
            ),
        )


class DatasetView(glue.CfnTable):
    """What a reader sees of `table` in `database`, whose name is `schema`: Athena's view of its files."""

    def __init__(self, scope: Construct, table: Table, *, database: glue.CfnDatabase, schema: str) -> None:
        columns = seen(table)
        view = {
            "originalSql": once(table),
            "catalog": "awsdatacatalog",
            "schema": schema,
            "columns": [{"name": column.name, "type": column.type.trino} for column in columns],
        }
        encoded = base64.b64encode(json.dumps(view, separators=(",", ":")).encode()).decode()
        super().__init__(
            scope,
            table.name,
            catalog_id=Aws.ACCOUNT_ID,
            database_name=database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=table.name,
                table_type="VIRTUAL_VIEW",
                parameters={"presto_view": "true", "comment": "Presto View"},
                partition_keys=[],  # which Athena asks of every table that it is to read
                # The form in which Athena itself keeps the views that CREATE VIEW makes.
                view_original_text=f"/* Presto View: {encoded} */",
                view_expanded_text="/* Presto View */",
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=_properties(columns), location="", serde_info=glue.CfnTable.SerdeInfoProperty(name="-")
                ),
            ),
        )


def _properties(columns: Iterable[Column]) -> list[glue.CfnTable.ColumnProperty]:
    return [glue.CfnTable.ColumnProperty(name=column.name, type=column.type.hive) for column in columns]
