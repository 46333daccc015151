"""The lake in SQL: a Glue database with a table for each kind of file, and an Athena workgroup that asks it.

Tables are declared, not crawled: their columns are those of the messages, and a new day is a partition by itself. Who
wants a crawler nevertheless sets `crawler`.
"""

from aws_cdk import Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.tables import TABLES
from stacks.components.dataset_table import DatasetTable

MOST_SCANNED = 10 * 1024**3
"""Bytes that one query may read, which is 5 cents; then Athena stops it."""
RESULTS = "athena/"
"""Prefix of the results of queries; the bucket forgets them after a week."""


class Athena(Construct):
    """Database and workgroup of `stage`, on the lake in `bucket`. Public: `database`, `workgroup`.

    Both have names of their own, which are what a query says: `tmdb_prod` and `tmdb-prod`.
    """

    def __init__(self, scope: Construct, id: str, *, stage: str, bucket: s3.IBucket) -> None:
        super().__init__(scope, id)
        account = Stack.of(self).account
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=f"tmdb_{stage.replace('-', '_')}"),
        )
        for table in TABLES.values():
            DatasetTable(self, table, bucket=bucket, database=self.database, account=account)
        self.workgroup = athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=f"tmdb-{stage}",
            recursive_delete_option=True,  # what it remembers of past queries does not keep a stack from going
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                bytes_scanned_cutoff_per_query=MOST_SCANNED,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{bucket.bucket_name}/{RESULTS}",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )
