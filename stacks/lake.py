"""The lake: bronze -> silver -> gold, and all of it in SQL.

object below bronze/ -> rule -> queue
    -> lake writer      its titles become rows below silver/; what is no bronze: dead letters
every night
    -> lake compactor   one file a day below silver/, the newest row of each id below current/
    -> gold builder     later: tables that answer questions, below gold/
"""

from typing import Any

from aws_cdk import CfnOutput, Duration, Size, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_events import Schedule
from constructs import Construct

from lambdas.common.bus import COMPACTIONS, HARVESTS
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.lake_compactor.settings import LakeCompactorSettings
from lambdas.lake_writer.settings import LakeWriterSettings
from stacks.athena import RESULTS, Athena
from stacks.components.bundling import Target
from stacks.components.function import StageFunction
from stacks.components.grants import grant_events, grant_objects
from stacks.components.rules import on_events, on_objects, on_schedule
from stacks.components.work_queue import WorkQueue, queue
from stacks.parameters import LAKE_NIGHT_MEMORY, LAKE_WRITER_MEMORY
from stacks.settings import Settings

_WRITERS = 2
"""At work at the same time: collectors make an object every 1.5 seconds, which keeps half of one busy."""
_WRITER_TIMEOUT = Duration.minutes(3)
"""Five objects, each with up to 50 shows and all their seasons; the usual object is done within a second."""
_NIGHT = Schedule.cron(hour="0", minute="30")
"""Compaction: by UTC, as in the keys, the day before is over. What does not fit into one goes on in the next."""
_LATER = Schedule.cron(hour="4", minute="0")
"""Gold: by then compaction has had three and a half hours, and its usual night is done."""


class LakeStack(Stack):
    """The lake of a stage, in a `bucket` of another stack.

    Public: `queue`, `dead_letters`, `failed_events`, `writer`, `compactor`, `gold_builder`, `athena`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, bucket: s3.IBucket, **kwargs: Any) -> None:
        super().__init__(scope, id, description="TMDB in SQL: bronze, silver, gold, and Athena", **kwargs)
        self._target = Target.named(settings.target)
        self._bucket = bucket
        work = WorkQueue(self, "Work", timeout=_WRITER_TIMEOUT)
        self.queue = work.queue
        self.dead_letters = work.dead_letters
        self.failed_events = queue(self, "FailedEvents")

        self.writer = self._writer()
        self.compactor = self._compactor(settings.stage)
        on_objects(
            self,
            "Bronze",
            bucket,
            ("bronze/",),
            self.queue,
            failed_events=self.failed_events,
            description="New objects of bronze, for the lake writer",
        )
        self.athena = Athena(
            self,
            "Athena",
            stage=settings.stage,
            bucket=bucket,
            saved_queries=settings.target != "host",  # the emulator has no such resource
            crawler=settings.crawler,
        )
        self.gold_builder = self._gold_builder(settings)
        rules = [
            on_schedule(self, "Compaction", _NIGHT, self.compactor, description="The nightly compaction"),
            on_schedule(self, "Gold", _LATER, self.gold_builder, description="Gold, built anew every night"),
        ]

        CfnOutput(self, "LakeQueueUrl", value=self.queue.queue_url)
        CfnOutput(self, "LakeDeadLettersUrl", value=self.dead_letters.queue_url)
        CfnOutput(self, "LakeFailedEventsUrl", value=self.failed_events.queue_url)
        CfnOutput(self, "LakeWriterFunction", value=self.writer.function_name)
        CfnOutput(self, "LakeCompactorFunction", value=self.compactor.function_name)
        CfnOutput(self, "GoldBuilderFunction", value=self.gold_builder.function_name)
        CfnOutput(self, "LakeRules", value=",".join(rule.rule_name for rule in rules))
        CfnOutput(self, "GlueDatabase", value=self.athena.database.ref)
        CfnOutput(self, "Workgroup", value=self.athena.workgroup.ref)

    def _writer(self) -> StageFunction:
        """One vCPU. What 50 titles take in memory is megabytes; /tmp is for the few objects that hold far more."""
        writer = StageFunction(
            self,
            "Writer",
            stage="lake_writer",
            settings=LakeWriterSettings(
                lake_bucket=self._bucket.bucket_name, dead_letters_url=self.dead_letters.queue_url
            ),
            target=self._target,
            memory_size=LAKE_WRITER_MEMORY,
            timeout=_WRITER_TIMEOUT,
            failed_events=self.failed_events,
        )
        grant_objects(self._bucket, writer.own_role, read=["bronze/"], write=["silver/", "quarantine/"])
        writer.consume(self.queue, batch_size=5, max_concurrency=_WRITERS)
        self.dead_letters.grant(writer, "sqs:SendMessage")
        return writer

    def _compactor(self, stage: str) -> StageFunction:
        """As much memory as a new account may have; what does not fit spills to /tmp, which is as large as it gets."""
        compactor = StageFunction(
            self,
            "Compactor",
            stage="lake_compactor",
            settings=LakeCompactorSettings(lake_bucket=self._bucket.bucket_name, stage=stage),
            target=self._target,
            memory_size=LAKE_NIGHT_MEMORY,
            ephemeral_storage=Size.gibibytes(10),
            timeout=Duration.minutes(15),
            failed_events=self.failed_events,
        )
        made = ["silver/", "current/", "quarantine/"]
        grant_objects(self._bucket, compactor.own_role, read=made, write=made, delete=made)
        self._let_continue(compactor, stage)
        return compactor

    def _let_continue(self, compactor: StageFunction, stage: str) -> None:
        """What a compactor has no time for is for the next one, which it asks for on the account's default bus."""
        grant_events(compactor.own_role, COMPACTIONS)
        about = "Compaction that goes on where the time of the last one ended"
        on_events(self, "Continued", COMPACTIONS, stage, compactor, description=about)

    def _gold_builder(self, settings: Settings) -> StageFunction:
        """What it asks of Athena it may read by itself too, as Athena reads and writes in the name of who asks."""
        engine = settings.gold
        builder = StageFunction(
            self,
            "GoldBuilder",
            stage="gold_builder",
            settings=GoldBuilderSettings(
                lake_bucket=self._bucket.bucket_name,
                engine=engine,
                database=self.athena.database.ref,
                workgroup=self.athena.workgroup.ref,
                stage=settings.stage,
                refresh_after_days=settings.refresh_after_days,
            ),
            target=self._target,
            memory_size=LAKE_NIGHT_MEMORY,
            ephemeral_storage=Size.gibibytes(10),
            timeout=Duration.minutes(15),
            failed_events=self.failed_events,
        )
        written = ["gold/", "gold-staging/", RESULTS] if engine == "athena" else ["gold/"]
        read = ["silver/", "current/", "exports/", *written]
        grant_objects(self._bucket, builder.own_role, read=read, write=written, delete=written)
        if engine == "athena":
            self.athena.grant_queries(builder.own_role)
        grant_events(builder.own_role, HARVESTS)
        return builder
