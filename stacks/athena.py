"""The lake in SQL: a Glue database with a table or view for each kind of file, and an Athena workgroup that asks it.

Tables are declared, not crawled: their columns are those of the messages, and a new day is a partition by itself. Who
wants a crawler nevertheless sets `crawler`.
"""

from pathlib import Path

from aws_cdk import Aws, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.gold import GOLD
from lambdas.common.once import is_view
from lambdas.common.tables import EXPORT_IDS, TABLES
from stacks.components.crawler import Crawler
from stacks.components.dataset_table import DatasetTable, DatasetView
from stacks.components.grants import grant_tables

QUERIES = Path(__file__).parent / "queries"
RESULTS = "athena/"
"""Prefix of what queries find; the bucket forgets it after a week."""
ASKING = ("athena:StartQueryExecution", "athena:GetQueryExecution")
"""What it takes to run a query; a function that reads what was found reads it in the bucket."""
LOOKING_UP = ("glue:GetDatabase", "glue:GetTable", "glue:GetPartitions")
"""What it takes to have a query's tables found."""
MOST_SCANNED = 10 * 1024**3
"""Bytes that one query may read, which is 5 cents; then Athena stops it."""


def database_name(stage: str) -> str:
    """The name of a stage's database, as queries have it: `tmdb_prod`."""
    return f"tmdb_{stage.replace('-', '_')}"


def workgroup_name(stage: str) -> str:
    """The name of a stage's workgroup: `tmdb-prod`."""
    return f"tmdb-{stage}"


class Athena(Construct):
    """Database and workgroup of `stage`, on the lake in `bucket`. Public: `database`, `workgroup`.

    Both have names of their own, as it is them that people write down. The queries beside this module are saved in the
    workgroup, unless told not to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        bucket: s3.IBucket,
        saved_queries: bool = True,
        crawler: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._bucket = bucket
        schema = database_name(stage)
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=schema),
        )
        for table in (*TABLES.values(), *GOLD.values(), EXPORT_IDS):
            DatasetTable(self, table, bucket=bucket, database=self.database)
            if is_view(table):
                DatasetView(self, table, database=self.database, schema=schema)
        self.workgroup = self._workgroup(workgroup_name(stage))
        for path in sorted(QUERIES.glob("*.sql")) if saved_queries else ():
            self._save(path)
        if crawler:
            Crawler(self, "Crawler", bucket=bucket, database=self.database)

    def grant_queries(self, role: iam.Role) -> None:
        """Let `role` run queries in the workgroup; what these read and write in the bucket it must be granted too."""
        workgroup = Stack.of(self).format_arn(service="athena", resource="workgroup", resource_name=self.workgroup.ref)
        role.add_to_policy(iam.PolicyStatement(actions=[*ASKING], resources=[workgroup]))
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetBucketLocation"], resources=[self._bucket.bucket_arn]))
        grant_tables(self.database, role, *LOOKING_UP)

    def _workgroup(self, name: str) -> athena.CfnWorkGroup:
        return athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=name,
            recursive_delete_option=True,  # what it remembers of past queries does not keep a stack from going
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                bytes_scanned_cutoff_per_query=MOST_SCANNED,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{self._bucket.bucket_name}/{RESULTS}",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )

    def _save(self, path: Path) -> None:
        """A file of queries/: what its first line says of it is its description."""
        query = path.read_text()
        saved = athena.CfnNamedQuery(
            self,
            path.stem,
            name=path.stem,
            description=query.partition("\n")[0].removeprefix("-- "),
            database=self.database.ref,
            query_string=query,
            work_group=self.workgroup.name,
        )
        saved.add_resource_dependency(self.workgroup)
