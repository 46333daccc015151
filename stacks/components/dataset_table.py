"""A table of the lake in the Glue catalog: where its files lie and what is in them, declared rather than crawled."""

from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.tables import Table

FIRST_DAY = "2026-01-01"
"""No lake is older: a query that names no day looks for the folders of all days since."""
_HIVE = "org.apache.hadoop.hive.ql.io.parquet"


class DatasetTable(glue.CfnTable):
    """`table` in `database`, over its Parquet files in `bucket`.

    The days of a table by day are projected: a folder `dt=...` is a partition as soon as it is there, and nobody has to
    add it.
    """

    def __init__(
        self, scope: Construct, table: Table, *, bucket: s3.IBucket, database: glue.CfnDatabase, account: str
    ) -> None:
        projection = {
            "projection.enabled": "true",
            "projection.dt.type": "date",
            "projection.dt.format": "yyyy-MM-dd",
            "projection.dt.range": f"{FIRST_DAY},NOW",
        }
        super().__init__(
            scope,
            table.name,
            catalog_id=account,
            database_name=database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=table.name,
                table_type="EXTERNAL_TABLE",
                parameters={"classification": "parquet"} | (projection if table.by_day else {}),
                partition_keys=[glue.CfnTable.ColumnProperty(name="dt", type="string")] if table.by_day else [],
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=f"s3://{bucket.bucket_name}/{table.prefix}/",
                    columns=[
                        glue.CfnTable.ColumnProperty(name=column.name, type=column.type.hive)
                        for column in table.columns
                    ],
                    input_format=f"{_HIVE}.MapredParquetInputFormat",
                    output_format=f"{_HIVE}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=f"{_HIVE}.serde.ParquetHiveSerDe"),
                ),
            ),
        )
