"""What must survive: the edge bucket and its CDN, the lake bucket, the state table, the secrets.

Everything here is retained when its stack is deleted, unless the setting `data` says `delete`. Nothing has a physical
name, so that a stage can be deployed again beside what it left.
"""

import json
from typing import Any, cast

from aws_cdk import Annotations, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.components.acknowledge import acknowledge
from stacks.parameters import BunnyEdge, Edge, S3Edge
from stacks.settings import Settings

_DAYS_KEPT = 180
"""TMDB's terms: nothing older than 6 months is kept. A healthy mirror writes every object again within 120 days."""
_LAKE_FOLDERS = ("bronze", "silver", "gold", "current", "quarantine", "exports")
"""What of the lake is TMDB's."""
_PASSING_FOLDERS = ("athena", "gold-staging")
"""What Athena found or is about to make of it."""
_CACHE = Duration.minutes(5)


class StorageStack(Stack):
    """Public: `edge`, its `edge_url`, `lake` (None without one), `state`, `token` (the secret with TMDB's token),
    `webhook` (the one with a chat's URL, or None).
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **kwargs: Any) -> None:
        super().__init__(
            scope, id, description="What must survive: edge, lake, state and secrets of the mirror of TMDB", **kwargs
        )
        self._removal = settings.removal
        self.state = self._state()
        self.token = self._secret("Token", "TMDB's API Read Access Token")
        self.webhook = (
            self._secret("Webhook", f"the URL of the {settings.alarm_chat} webhook") if settings.alarm_chat else None
        )
        self.edge = self._edge(settings)
        self.lake = self._lake() if settings.lake else None

    def _state(self) -> dynamodb.TableV2:
        table = dynamodb.TableV2(
            self,
            "State",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._removal is RemovalPolicy.RETAIN,
            removal_policy=self._removal,
        )
        CfnOutput(self, "StateTable", value=table.table_name, description="Runs, receipts, watermarks")
        return table

    def _secret(self, id: str, content: str) -> secretsmanager.Secret:
        """A secret whose first value is made up; the blanks in it tell that nobody has put `content` there yet.

        They are in what is written beside the made-up part: that one may come without, though it is told to have some.
        """
        placeholder = secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({"content": "nobody has put it here yet"}), generate_string_key="made_up"
        )
        secret = secretsmanager.Secret(
            self, id, description=content, generate_secret_string=placeholder, removal_policy=self._removal
        )
        acknowledge(secret, "AwsSolutions-SMG4", "none of those who give it out offers a call that rotates it")
        CfnOutput(self, f"{id}Secret", value=secret.secret_arn, description=f"Put {content} here")
        return secret

    def _edge(self, settings: Settings) -> Edge:
        if settings.edge:
            password = self._secret("BunnyPassword", "the password of the Bunny storage zone")
            url = settings.edge_url
            edge: Edge = BunnyEdge(settings.edge.zone, settings.edge.region, password, settings.bunny_url)
        else:
            bucket = self._edge_bucket()
            url = settings.edge_url or f"https://{self._cdn(bucket).distribution_domain_name}"
            edge = S3Edge(bucket)
        self.edge_url = url.rstrip("/")
        if url:
            CfnOutput(self, "EdgeUrl", value=url, description="Readers find objects below it, e.g. movie/550.pb.lz4")
        return edge

    def _edge_bucket(self) -> s3.Bucket:
        kept = s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=Duration.days(1), expiration=Duration.days(_DAYS_KEPT)
        )
        bucket = self._bucket("Edge", [kept])
        acknowledge(
            bucket,
            "AwsSolutions-S1",
            "a public mirror of public data: a log line a write would cost more than the object",
        )
        return bucket

    def _lake(self) -> s3.Bucket:
        """Bronze, and what is made from it. It grows cold: what is read again and again is silver and gold."""
        colder = [
            s3.Transition(storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=Duration.days(30)),
            s3.Transition(storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transition_after=Duration.days(90)),
        ]
        unfinished = s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))
        kept = [
            s3.LifecycleRule(
                prefix=f"{folder}/",
                expiration=Duration.days(_DAYS_KEPT),
                transitions=colder if folder == "bronze" else None,
            )
            for folder in _LAKE_FOLDERS
        ]
        passing = [s3.LifecycleRule(prefix=f"{folder}/", expiration=Duration.days(7)) for folder in _PASSING_FOLDERS]
        bucket = self._bucket("Lake", [unfinished, *kept, *passing])
        # Told to CloudFormation itself: CDK's event_bridge_enabled would bring a function of its own.
        bucket_events = s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=bucket_events
        )
        acknowledge(bucket, "AwsSolutions-S1", "public data that only this project's own functions read and write")
        return bucket

    def _bucket(self, id: str, rules: list[s3.LifecycleRule]) -> s3.Bucket:
        # Not versioned: each object can be fetched again, and a version that lingers would outlive title and terms.
        bucket = s3.Bucket(
            self,
            id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=False,
            lifecycle_rules=rules,
            removal_policy=self._removal,
        )
        CfnOutput(self, f"{id}Bucket", value=bucket.bucket_name)
        return bucket

    def _cdn(self, bucket: s3.Bucket) -> cloudfront.Distribution:
        """The bucket over HTTPS, for any web page. What is not there is a 404, which S3 only tells who may list."""
        cdn = cloudfront.Distribution(
            self,
            "Cdn",
            comment="TMDB objects as protobuf and lz4",
            default_root_object="index.html",  # absent: without it, / would list the bucket
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    bucket, origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST]
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                compress=False,  # lz4 already
                cache_policy=cloudfront.CachePolicy(
                    self, "Cache", min_ttl=Duration.seconds(0), default_ttl=_CACHE, max_ttl=_CACHE
                ),
                response_headers_policy=cloudfront.ResponseHeadersPolicy(
                    self,
                    "Headers",
                    cors_behavior=cloudfront.ResponseHeadersCorsBehavior(
                        access_control_allow_credentials=False,
                        access_control_allow_headers=["*"],
                        access_control_allow_methods=["GET", "HEAD"],
                        access_control_allow_origins=["*"],
                        access_control_expose_headers=["ETag", "Last-Modified", "Age"],
                        origin_override=True,
                    ),
                    custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                        custom_headers=[
                            cloudfront.ResponseCustomHeader(
                                header="Cache-Control", value=f"public, max-age={_CACHE.to_seconds()}", override=True
                            )
                        ]
                    ),
                ),
            ),
        )
        Annotations.of(cdn).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",
            "the default root object keeps / from listing the bucket",
        )
        public = "a public mirror of public data, served from a cache"
        acknowledge(cdn, "AwsSolutions-CFR1", f"{public}: no country is excluded")
        acknowledge(cdn, "AwsSolutions-CFR2", f"{public}: nothing that a firewall could protect")
        acknowledge(cdn, "AwsSolutions-CFR3", f"{public}: readers are not recorded")
        acknowledge(
            cdn, "AwsSolutions-CFR4", "CloudFront's own certificate sets the TLS version; an own domain brings its own"
        )
        return cdn
