"""The catalog's Postgres: an Aurora cluster that grows with the searches and sleeps when there are none.

Its network has three zones and no way out: functions in it reach Postgres, and S3 by a gateway, and nothing else.
Nobody has a password. Functions sign themselves in with their roles, and who prepares the database does that from
outside, by RDS's Data API.
"""

from typing import Any

from aws_cdk import Duration, Fn, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.catalog.settings import DATABASE
from stacks.components.acknowledge import acknowledge
from stacks.components.function import StageFunction
from stacks.components.grants import grant_value
from stacks.settings import LocalDatabase

_ZONES = 3
_NETWORK = "10.0.0.0/16"
_PORT = 5433
_IDLE = Duration.minutes(5)
"""Without connections for so long it pauses; the shortest there is."""
_SESSION = Duration.seconds(60)
"""An idle session is ended, or a function that nobody calls any more would keep the cluster awake."""
_ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_7)


class Database(Construct):
    """Public: `vpc`, `cluster`. Of S3 nothing but the bucket `readable` is in reach.

    Where there is no RDS, functions are told of a `stand_in`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        readable: s3.IBucket,
        removal_policy: RemovalPolicy,
        stand_in: LocalDatabase | None,
    ) -> None:
        super().__init__(scope, id)
        self._stand_in = stand_in
        self.vpc = self._network(readable)
        self._clients = ec2.SecurityGroup(
            self, "Clients", vpc=self.vpc, description="Functions of the catalog", allow_all_outbound=False
        )
        self._clients.add_egress_rule(ec2.Peer.ipv4(_NETWORK), ec2.Port.tcp(_PORT), "Postgres")
        self._clients.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.HTTPS, "S3, where alone a route leads")
        self.cluster = self._cluster(removal_policy)

    @property
    def inside(self) -> dict[str, Any]:
        """What puts a StageFunction into the network."""
        return {"vpc": self.vpc, "security_groups": [self._clients]}

    @property
    def address(self) -> dict[str, Any]:
        """Where DatabaseSettings say that the database is."""
        if self._stand_in:
            there = {"database_host": self._stand_in.host, "database_port": self._stand_in.port}
            return there | {"database_name": DATABASE, "database_iam": False, "database_ca": ""}
        return {
            "database_host": self.cluster.cluster_endpoint.hostname,
            "database_port": _PORT,
            "database_name": DATABASE,
        }

    @property
    def data_api(self) -> dict[str, Any]:
        """Where CatalogMigratorSettings say that its Data API is, and whose secret opens it."""
        there = {"cluster_arn": self.cluster.cluster_arn, "database_name": DATABASE}
        if self._stand_in:
            return there | {"secret_arn": "nobody-asks-for-one", "data_api_url": self._stand_in.data_api_url}
        if self.cluster.secret is None:
            raise TypeError("a cluster whose password RDS manages has its secret")
        return there | {"secret_arn": self.cluster.secret.secret_arn}

    def let_migrate(self, function: StageFunction) -> None:
        """Let a function execute what it likes, by the Data API."""
        actions = ["BeginTransaction", "ExecuteStatement", "CommitTransaction", "RollbackTransaction"]
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[f"rds-data:{action}" for action in actions], resources=[self.cluster.cluster_arn]
            )
        )
        if not self._stand_in and self.cluster.secret:  # an emulator makes no such secret
            grant_value(self.cluster.secret, function.own_role)

    def let_in(self, function: StageFunction, user: str) -> None:
        """Let a function sign in as `user`, and as nobody else."""
        self.cluster.grant_connect(function.own_role, user)

    def _network(self, readable: s3.IBucket) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            # Named one by one: the stack has no account to ask, and would get two.
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in range(_ZONES)],
            ip_addresses=ec2.IpAddresses.cidr(_NETWORK),
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=22)
            ],
            restrict_default_security_group=False,  # by a custom resource, and nothing is in that group
        )
        gateway = vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        gateway.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject", "s3:ListBucket"],
                resources=[readable.bucket_arn, readable.arn_for_objects("*")],
            )
        )
        acknowledge(vpc, "AwsSolutions-VPC7", "nothing comes in from outside or gets out, so there is little to log")
        return vpc

    def _cluster(self, removal_policy: RemovalPolicy) -> rds.DatabaseCluster:
        """One instance that writes and one in another zone that takes over; both sleep and grow together."""
        group = ec2.SecurityGroup(
            self, "Postgres", vpc=self.vpc, description="Postgres of the catalog", allow_all_outbound=False
        )
        group.add_ingress_rule(ec2.Peer.ipv4(_NETWORK), ec2.Port.tcp(_PORT), "from this network only")
        parameters = {"rds.force_ssl": "1", "idle_session_timeout": str(_SESSION.to_milliseconds())}
        return rds.DatabaseCluster(
            self,
            "Cluster",
            engine=_ENGINE,
            default_database_name=DATABASE,
            port=_PORT,
            vpc=self.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[group],
            writer=self._instance("Writer", zone=0),
            readers=[self._instance("Reader", zone=1)],
            serverless_v2_min_capacity=0,
            serverless_v2_max_capacity=2,
            serverless_v2_auto_pause_duration=_IDLE,
            parameter_group=rds.ParameterGroup(self, "Parameters", engine=_ENGINE, parameters=parameters),
            iam_authentication=True,
            credentials=rds.Credentials.from_username("postgres"),
            manage_master_user_password=True,  # RDS makes, keeps and rotates it; the Data API takes no role alone
            enable_data_api=True,
            storage_encrypted=True,
            backup=rds.BackupProps(retention=Duration.days(7)),
            copy_tags_to_snapshot=True,
            deletion_protection=True,  # whoever means it takes that off first, as `make destroy DATA=delete` does
            removal_policy=removal_policy,
        )

    def _instance(self, id: str, *, zone: int) -> rds.IClusterInstance:
        return rds.ClusterInstance.serverless_v2(
            id,
            availability_zone=self.vpc.availability_zones[zone],
            scale_with_writer=id != "Writer",
            publicly_accessible=False,
        )
