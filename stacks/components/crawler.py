"""A Glue crawler, for who wants the catalog to follow the files instead of the messages they are made from."""

from aws_cdk import Stack
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.components.acknowledge import acknowledge
from stacks.components.grants import grant_objects, grant_tables

_READ = ("GetDatabase", "GetTable", "GetTables", "GetPartition", "GetPartitions", "BatchGetPartition")
_WRITE = ("CreateTable", "UpdateTable", "CreatePartition", "BatchCreatePartition", "UpdatePartition")
_LOG = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")
_FOLDERS = ("silver/", "gold/")


class Crawler(glue.CfnCrawler):
    """Looks at silver and gold every morning, and adds a table `crawled_...` for each folder to the declared ones."""

    def __init__(self, scope: Construct, id: str, *, bucket: s3.IBucket, database: glue.CfnDatabase) -> None:
        stack = Stack.of(scope)
        role = iam.Role(scope, f"{id}Role", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        grant_objects(bucket, role, read=_FOLDERS)
        grant_tables(database, role, *(f"glue:{action}" for action in (*_READ, *_WRITE)))
        logs = stack.format_arn(service="logs", resource="log-group:/aws-glue/crawlers*")
        role.add_to_policy(iam.PolicyStatement(actions=[f"logs:{action}" for action in _LOG], resources=[logs]))
        super().__init__(
            scope,
            id,
            role=role.role_arn,
            database_name=database.ref,
            table_prefix="crawled_",
            targets=glue.CfnCrawler.TargetsProperty(
                s3_targets=[
                    glue.CfnCrawler.S3TargetProperty(path=f"s3://{bucket.bucket_name}/{folder}") for folder in _FOLDERS
                ]
            ),
            schedule=glue.CfnCrawler.ScheduleProperty(schedule_expression="cron(0 3 * * ? *)"),
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:"
            "/aws-glue/crawlers*]",
            "Glue names the log groups of its crawlers",
        )
        acknowledge(self, "AwsSolutions-GL1", "its log names folders of public data; a key for it costs $1 a month")
