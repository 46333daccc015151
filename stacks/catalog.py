"""The catalog: movies in Postgres, a search API before it, and a page for people.

object below bronze/movie/ or drop/ of the lake's bucket -> rule -> queue
    -> catalog loader   its movies become rows; what cannot be loaded: dead letters. Once a week it deletes what is old
GET /, /movies, POST /movies with IAM -> HTTP API
    -> catalog api      searches; the page, which reads whole titles from the edge
"""

import json
from typing import Any

from aws_cdk import CfnOutput, CustomResource, Duration, FileSystem, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_events import Schedule
from constructs import Construct

from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from stacks.components.acknowledge import acknowledge
from stacks.components.bundling import ROOT, Target
from stacks.components.function import StageFunction
from stacks.components.grants import grant_objects
from stacks.components.rules import on_objects, on_schedule
from stacks.components.work_queue import WorkQueue, queue
from stacks.database import Database
from stacks.settings import Settings

_LOADED = ("bronze/movie/", "drop/")
"""Below these keys of the lake's bucket lie movies."""
_LOADERS = 2
"""At work at the same time: as many as the collectors, and a small database bears no more."""
_LOADER_TIMEOUT = Duration.minutes(5)
_MIGRATIONS = ROOT / "lambdas" / "common" / "catalog" / "migrations"
_MIGRATOR_TIMEOUT = Duration.minutes(15)
"""For a database that wakes up; a single statement has 45 s, which is the Data API's limit."""
_RATE, _BURST = 50, 100
"""Requests a second: a page that opens asks for a dozen files, and each key typed is a search."""
_SEARCHERS = 10
"""API functions at a time, so that no crowd takes all of the database's connections."""
_ACCESS_LOG = {
    name: f"$context.{name}"
    for name in ("requestId", "requestTime", "httpMethod", "path", "status", "responseLength", "responseLatency")
}
"""Neither who asked nor what for: a search is nobody's business."""


class CatalogStack(Stack):
    """The catalog of a stage, loaded from the lake's `bucket`; its page reads titles at `edge_url`.

    Public: `queue`, `dead_letters`, `failed_events`, `loader`, `function`, `migrator`, `api`, `database`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        bucket: s3.IBucket,
        edge_url: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, description="TMDB's movies in Postgres, with a search API and a page", **kwargs)
        self._settings = settings
        self._target = Target.named(settings.target)
        self.database = Database(
            self, "Database", readable=bucket, removal_policy=settings.removal, stand_in=settings.database
        )
        work = WorkQueue(self, "Work", timeout=_LOADER_TIMEOUT)
        self.queue = work.queue
        self.dead_letters = work.dead_letters
        self.failed_events = queue(self, "FailedEvents")

        self.migrator = self._migrator()
        schema = self._schema()
        self.loader = self._loader(bucket)
        self._rules(bucket)
        self.function = self._function(edge_url)
        self.api = self._api()
        for user in (self.loader, self.function):
            user.node.add_dependency(schema)

        CfnOutput(self, "CatalogUrl", value=self.api.api_endpoint, description="The page, and /movies below it")
        CfnOutput(self, "CatalogCluster", value=self.database.cluster.cluster_identifier)
        CfnOutput(self, "CatalogQueueUrl", value=self.queue.queue_url)
        CfnOutput(self, "CatalogDeadLettersUrl", value=self.dead_letters.queue_url)
        CfnOutput(self, "CatalogFailedEventsUrl", value=self.failed_events.queue_url)
        CfnOutput(self, "CatalogLoaderFunction", value=self.loader.function_name)
        CfnOutput(self, "CatalogApiFunction", value=self.function.function_name)
        CfnOutput(self, "CatalogMigratorFunction", value=self.migrator.function_name)

    def _migrator(self) -> StageFunction:
        """Outside the network: it reaches the database by the Data API."""
        migrator = StageFunction(
            self,
            "Migrator",
            stage="catalog_migrator",
            settings=CatalogMigratorSettings(**self.database.data_api),
            target=self._target,
            memory_size=256,
            timeout=_MIGRATOR_TIMEOUT,
            failed_events=self.failed_events,
        )
        self.database.let_migrate(migrator)
        return migrator

    def _schema(self) -> CustomResource:
        """Other migrations make it another resource, which a deployment asks the migrator for and cannot do without.

        Once a writer is there, and before functions that are written for it.
        """
        schema = CustomResource(
            self,
            "Schema",
            resource_type="Custom::Schema",
            service_token=self.migrator.function_arn,
            service_timeout=_MIGRATOR_TIMEOUT.plus(Duration.minutes(1)),
            properties={"Migrations": FileSystem.fingerprint(str(_MIGRATIONS))},
        )
        schema.node.add_dependency(self.database)
        return schema

    def _loader(self, bucket: s3.IBucket) -> StageFunction:
        loader = StageFunction(
            self,
            "Loader",
            stage="catalog_loader",
            settings=CatalogLoaderSettings(**self.database.address, lake_bucket=bucket.bucket_name),
            target=self._target,
            memory_size=1769,
            timeout=_LOADER_TIMEOUT,
            failed_events=self.failed_events,
            **self.database.inside,
        )
        grant_objects(bucket, loader.own_role, read=_LOADED)
        self.database.let_in(loader, CatalogLoaderSettings.database_user)
        loader.consume(self.queue, batch_size=10, max_concurrency=_LOADERS)
        return loader

    def _rules(self, bucket: s3.IBucket) -> None:
        """What a stopped feed no longer refreshes, and what was rejected, goes before TMDB's six months are over."""
        on_objects(
            self,
            "Movies",
            bucket,
            _LOADED,
            self.queue,
            failed_events=self.failed_events,
            description="New objects with movies, for the catalog loader",
        )
        weekly = Schedule.rate(Duration.days(7))
        about = "Deletes rows that nothing refreshes any more"
        on_schedule(self, "Purge", weekly, self.loader, event={"purge": {}}, description=about)

    def _function(self, edge_url: str) -> StageFunction:
        function = StageFunction(
            self,
            "Api",
            stage="catalog_api",
            settings=CatalogApiSettings(edge_url=edge_url, **self.database.address),
            target=self._target,
            memory_size=1024,
            timeout=Duration.seconds(29),  # the gateway waits 30
            reserved_concurrent_executions=_SEARCHERS if self._settings.reserved_concurrency else None,
            failed_events=self.failed_events,
            **self.database.inside,
        )
        self.database.let_in(function, CatalogApiSettings.database_user)
        return function

    def _api(self) -> apigateway.HttpApi:
        """Reading is for everybody and writing for who has IAM's leave. Pages of other origins are not let in."""
        api = apigateway.HttpApi(
            self, "HttpApi", description="The catalog: search and page", create_default_stage=False
        )
        integration = integrations.HttpLambdaIntegration(
            "Function", self.function, scope_permission_to_route=False, timeout=Duration.seconds(29)
        )
        reading: dict[str, Any] = {"methods": [apigateway.HttpMethod.GET], "integration": integration}
        api.add_routes(path="/", **reading)
        api.add_routes(path="/{proxy+}", **reading)
        api.add_routes(
            path="/movies",
            methods=[apigateway.HttpMethod.POST],
            integration=integration,
            authorizer=authorizers.HttpIamAuthorizer(),
        )
        acknowledge(api, "AwsSolutions-APIG4", "public data that anybody may read; the one route that writes asks IAM")
        log = logs.LogGroup(
            self, "ApiLog", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=_RATE, burst_limit=_BURST),
        )
        of_stage = stage.node.default_child
        if not isinstance(of_stage, apigateway.CfnStage):
            raise TypeError("the stage of an HTTP API is a CfnStage")
        of_stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(_ACCESS_LOG)
        )
        return api
