"""What the catalog's stack promises: three zones, no way in or out, no password, and a database that sleeps."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.catalog_loader.purge import DAYS_KEPT
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import MIGRATIONS
from stacks.settings import Settings
from tests.aws_commands import call
from tests.infra.stacks import COMBINATIONS, Stacks, context, environment, listed, references, synthesise

PAGE = Path(__file__).resolve().parents[2] / "docs" / "catalog.md"
WITH_CATALOG = [name for name, given in COMBINATIONS.items() if given.get("catalog") and "database" not in given]


@pytest.fixture(params=WITH_CATALOG)
def stacks(request: pytest.FixtureRequest) -> Stacks:
    """The stacks of each combination that has a catalog."""
    return synthesise(request.param)


def statements_of(stacks: Stacks, role: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a role of the catalog, by the beginning of its logical id."""
    for policy in stacks.properties("AWS::IAM::Policy"):
        if any(id.startswith(role) for id in references(policy["Roles"])):
            yield from policy["PolicyDocument"]["Statement"]


def test_a_stage_without_catalog_has_none() -> None:
    """A database is there only for who asked for one."""
    stacks = synthesise("prod")
    assert "Catalog" not in stacks.templates
    assert not list(stacks.properties("AWS::RDS::DBCluster")) and not list(stacks.properties("AWS::EC2::VPC"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"lake": "false"}, "catalog needs the lake"),
        ({"edge": '{"zone": "mirror"}'}, "catalog needs edge_url"),
        ({"edge_url": "http://mirror.example"}, "must be https"),
    ],
)
def test_a_catalog_that_cannot_work_is_refused(given: dict[str, str], sentence: str) -> None:
    """Nothing to load from, or no edge that its page could read, is said before anything is synthesised."""
    with pytest.raises(ValueError, match=sentence):
        Settings.load(context(catalog="true", **given).get, {})


def test_the_network_spans_three_zones_and_leads_nowhere(stacks: Stacks) -> None:
    """A subnet in each of three zones; no gateway to the internet, no NAT, no route, no public address."""
    zones = [json.dumps(subnet["AvailabilityZone"]) for subnet in stacks.properties("AWS::EC2::Subnet")]
    assert len(zones) == len(set(zones)) == 3
    assert not any(subnet.get("MapPublicIpOnLaunch") for subnet in stacks.properties("AWS::EC2::Subnet"))
    for kind in ("InternetGateway", "NatGateway", "Route", "EIP", "EgressOnlyInternetGateway"):
        assert list(stacks.properties(f"AWS::EC2::{kind}")) == []


def test_of_aws_only_the_lake_in_s3_is_in_reach(stacks: Stacks) -> None:
    """The one endpoint is S3's gateway, which costs nothing, and it lets through reads of the lake's bucket alone."""
    (endpoint,) = stacks.properties("AWS::EC2::VPCEndpoint")
    assert endpoint["VpcEndpointType"] == "Gateway"
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert all("Lake" in json.dumps(resource) for resource in statement["Resource"])
    assert len(endpoint["RouteTableIds"]) == 3


def test_the_database_lets_in_its_own_network_only(stacks: Stacks) -> None:
    """Postgres is not public, and takes connections from inside the network on its one port."""
    assert [item["PubliclyAccessible"] for item in stacks.properties("AWS::RDS::DBInstance")] == [False, False]
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    (network,) = stacks.properties("AWS::EC2::VPC")
    groups = stacks.properties("AWS::EC2::SecurityGroup")
    ingress = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
    assert [(rule["CidrIp"], rule["FromPort"], rule["ToPort"]) for rule in ingress] == [
        (network["CidrBlock"], cluster["Port"], cluster["Port"])
    ]
    assert list(stacks.resources("AWS::EC2::SecurityGroupIngress")) == []


def test_writer_and_reader_are_in_different_zones(stacks: Stacks) -> None:
    """When a zone is lost, the other instance takes over; it sleeps and grows with the first."""
    instances = list(stacks.properties("AWS::RDS::DBInstance"))
    assert len({json.dumps(instance["AvailabilityZone"]) for instance in instances}) == 2
    assert sorted(instance["PromotionTier"] for instance in instances) == [0, 1]


def test_the_database_sleeps_and_stays_small(stacks: Stacks) -> None:
    """Without connections it pauses, and forgotten sessions end before they could keep it awake."""
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    scaling = cluster["ServerlessV2ScalingConfiguration"]
    assert scaling == {"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 300}
    (parameters,) = stacks.properties("AWS::RDS::DBClusterParameterGroup")
    assert parameters["Parameters"] == {"rds.force_ssl": "1", "idle_session_timeout": "60000"}


def test_the_database_is_guarded(stacks: Stacks) -> None:
    """Encrypted, backed up, protected from deletion; functions come with IAM, and RDS keeps the one password."""
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    assert cluster["StorageEncrypted"] and cluster["DeletionProtection"] and cluster["EnableHttpEndpoint"]
    assert cluster["EnableIAMDatabaseAuthentication"] and cluster["ManageMasterUserPassword"]
    assert "MasterUserPassword" not in cluster
    assert cluster["BackupRetentionPeriod"] >= 7
    (resource,) = stacks.resources("AWS::RDS::DBCluster")
    assert resource["DeletionPolicy"] == ("Delete" if stacks.settings.data == "delete" else "Retain")


def test_the_database_has_a_name_that_rds_takes(stacks: Stacks) -> None:
    """RDS refuses words of SQL, of which `catalog` is one; so the name is a word of nobody else's."""
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    assert cluster["DatabaseName"] == "tmdb"


def test_each_function_signs_in_as_its_own_user(stacks: Stacks) -> None:
    """Loader and API may connect as the user that their settings name; the migrator, outside, only by the Data API."""
    for role, user in (("LoaderRole", CatalogLoaderSettings), ("ApiRole", CatalogApiSettings)):
        (statement,) = (item for item in statements_of(stacks, role) if item["Action"] == "rds-db:connect")
        assert json.dumps(statement["Resource"]).endswith(f'/{user.database_user}"]]}}')
    migrator = [action for item in statements_of(stacks, "MigratorRole") for action in listed(item["Action"])]
    calls = ("BeginTransaction", "CommitTransaction", "ExecuteStatement", "RollbackTransaction")
    assert {"secretsmanager:GetSecretValue", *(f"rds-data:{call}" for call in calls)} <= {*migrator}
    assert "MasterUserSecret.SecretArn" in json.dumps(stacks.function("catalog_migrator")["Environment"])
    assert not [action for action in migrator if action.startswith(("rds-db:", "ec2:"))]
    assert "VpcConfig" not in stacks.function("catalog_migrator")


def test_functions_of_the_network_are_in_all_zones_and_cannot_change_it(stacks: Stacks) -> None:
    """Lambda may connect them to the network, and their own code may not."""
    for stage, role in (("catalog_loader", "LoaderRole"), ("catalog_api", "ApiRole")):
        assert len(stacks.function(stage)["VpcConfig"]["SubnetIds"]) == 3
        allowed, denied = (
            {
                action
                for item in statements_of(stacks, role)
                if item["Effect"] == effect
                for action in listed(item["Action"])
                if action.startswith("ec2:")
            }
            for effect in ("Allow", "Deny")
        )
        assert allowed == denied
        (deny,) = (item for item in statements_of(stacks, role) if item["Effect"] == "Deny")
        assert "lambda:SourceFunctionArn" in deny["Condition"]["ArnLike"]


def test_the_loader_reads_movies_and_nothing_else_of_the_lake(stacks: Stacks) -> None:
    """Bronze of movies, and what people drop; it writes nothing to the bucket."""
    s3 = [item for item in statements_of(stacks, "LoaderRole") if str(listed(item["Action"])[0]).startswith("s3:")]
    assert sorted(str(listed(item["Action"])) for item in s3) == ["['s3:GetObject']", "['s3:ListBucket']"]
    (read,) = (item for item in s3 if item["Action"] == "s3:GetObject")
    below = [json.dumps(resource).split('"/')[-1] for resource in read["Resource"]]
    assert [prefix.partition("*")[0] for prefix in below] == ["bronze/movie/", "drop/"]


def test_every_object_with_movies_becomes_a_message(stacks: Stacks) -> None:
    """The rule matches what is made below the prefixes that the loader may read."""
    (pattern,) = (
        rule["EventPattern"] for rule in stacks.properties("AWS::Events::Rule", "Catalog") if "EventPattern" in rule
    )
    assert pattern["source"] == ["aws.s3"] and pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "bronze/movie/"}, {"prefix": "drop/"}]


def test_writing_needs_iam_and_reading_does_not(stacks: Stacks) -> None:
    """POST is signed; there is no other way to write, and no page of another origin is let in."""
    found = stacks.properties("AWS::ApiGatewayV2::Route")
    routes = {route["RouteKey"]: route.get("AuthorizationType", "NONE") for route in found}
    assert routes == {"GET /": "NONE", "GET /{proxy+}": "NONE", "POST /movies": "AWS_IAM"}
    (api,) = stacks.properties("AWS::ApiGatewayV2::Api")
    assert api["ProtocolType"] == "HTTP" and "CorsConfiguration" not in api


def test_the_api_is_throttled_and_logged_without_who_asked(stacks: Stacks) -> None:
    """A crowd is slowed down before the database is; the log holds no address and no search."""
    (stage,) = stacks.properties("AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 100
    fields = json.loads(stage["AccessLogSettings"]["Format"]).values()
    assert "$context.status" in fields
    assert not [field for field in fields if "identity" in field or "querystring" in field.lower()]
    reserved = stacks.function("catalog_api").get("ReservedConcurrentExecutions")
    assert bool(reserved) == bool(stacks.settings.reserved_concurrency)


def test_functions_read_back_their_settings(stacks: Stacks) -> None:
    """What synth writes into the environment is what the catalog's functions parse: IAM, TLS, one database."""
    api = CatalogApiSettings.from_env(environment(stacks.function("catalog_api")))
    loader = CatalogLoaderSettings.from_env(environment(stacks.function("catalog_loader")))
    migrator = CatalogMigratorSettings.from_env(environment(stacks.function("catalog_migrator")))
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    for told in (api, loader):
        assert told.database_iam and told.database_ca and told.database_port == cluster["Port"]
    assert api.database_name == loader.database_name == migrator.database_name == cluster["DatabaseName"]
    assert api.require_iam and api.edge_url and not api.edge_url.endswith("/")


def test_the_schema_is_there_before_who_needs_it(stacks: Stacks) -> None:
    """A deployment migrates after the instances are made, and functions and their work wait for that."""
    resources = stacks.templates["Catalog"]["Resources"]
    ((schema, made),) = ((id, item) for id, item in resources.items() if item["Type"] == "Custom::Schema")
    # other files make it another resource, which the migrator is asked for again
    assert made["Properties"]["Migrations"] == cdk.FileSystem.fingerprint(str(MIGRATIONS))
    assert list(references(made["Properties"]["ServiceToken"])) == [
        id for id in resources if re.match("Migrator[^LR]", id)
    ]
    after = {resources[id]["Type"] for id in made["DependsOn"]}
    assert {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance"} <= after
    waiting = {id for id, item in resources.items() if schema in item.get("DependsOn", ())}
    kinds = sorted(resources[id]["Type"] for id in waiting if "Lambda" in resources[id]["Type"])
    assert kinds[:2] == ["AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"]
    assert kinds.count("AWS::Lambda::Function") == 2


def test_what_is_old_is_deleted_by_itself(stacks: Stacks) -> None:
    """The loader is told once a week, so that with its age and the backups' nothing gets six months old."""
    rules = [rule for rule in stacks.properties("AWS::Events::Rule", "Catalog") if "ScheduleExpression" in rule]
    ((target,),) = (rule["Targets"] for rule in rules)
    assert rules[0]["ScheduleExpression"] == "rate(7 days)" and json.loads(target["Input"]) == {"purge": {}}
    assert "Loader" in json.dumps(target["Arn"]) and "DeadLetterConfig" in target
    (cluster,) = stacks.properties("AWS::RDS::DBCluster")
    assert DAYS_KEPT + 7 + cluster["BackupRetentionPeriod"] < 180


def test_a_local_database_stands_in_for_the_cluster() -> None:
    """On an emulator all is made as on AWS; but the functions are told of another server, which asks for no sign-in."""
    local, aws = synthesise("local"), synthesise("catalog")
    for stage, settings in (("catalog_api", CatalogApiSettings), ("catalog_loader", CatalogLoaderSettings)):
        told = settings.from_env(environment(local.function(stage)))
        assert (told.database_host, told.database_port, told.database_iam, told.database_ca) == (
            "/tmp/pg",
            5432,
            False,
            "",
        )
    migrator = CatalogMigratorSettings.from_env(environment(local.function("catalog_migrator")))
    assert migrator.data_api_url == "http://127.0.0.1:8081"
    ((made,), (as_on_aws,)) = (one.properties("AWS::RDS::DBCluster") for one in (local, aws))
    assert made == as_on_aws
    kinds = [Counter(item["Type"] for item in one.templates["Catalog"]["Resources"].values()) for one in (local, aws)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"database": '{"host": "x"}'}, "database must be an object of host, port, data_api_url"),
        ({"database": '{"host": "x", "port": "1", "data_api_url": ""}'}, "port must be int"),
        ({"database": '{"host": "x", "port": 1, "data_api_url": "http://x"}'}, "of no use to the target aws"),
    ],
)
def test_a_local_database_that_cannot_be_is_refused(given: dict[str, str], sentence: str) -> None:
    """Half an address, and one that AWS could never reach."""
    with pytest.raises(ValueError, match=sentence):
        Settings.load(context(catalog="true", **given).get, {})


def test_the_catalog_has_alarms(stacks: Stacks) -> None:
    """Objects that are not loaded, searches that fail and a database that can grow no more each tell a person."""
    alarms = {
        name: alarm["MetricName"]
        for alarm in stacks.properties("AWS::CloudWatch::Alarm")
        if (name := alarm["AlarmName"].rpartition("-")[2]).startswith("Catalog")
    }
    assert alarms == {
        "CatalogDeadLetters": "ApproximateNumberOfMessagesVisible",
        "CatalogFailedEvents": "ApproximateNumberOfMessagesVisible",
        "CatalogBacklog": "ApproximateAgeOfOldestMessage",
        "CatalogApiErrors": "5xx",
        "CatalogDatabase": "ACUUtilization",
        "CatalogLoaderDuration": "Duration",
        "CatalogLoaderThrottles": "Throttles",
        "CatalogApiThrottles": "Throttles",
    }


def test_the_way_out_of_a_failed_migration_is_what_aws_takes(stacks: Stacks) -> None:
    """Each command of the page is one of AWS's, and the resource that may be left out is the schema's."""
    section = PAGE.read_text().partition("### When a migration fails")[2].partition("\n### ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]
    calls = [call(line) for line in lines if line.startswith("aws ") and " wait " not in line]
    assert len(calls) == 10 and {made.service for made in calls} == {"cloudformation", "rds"}
    (left_out,) = [made.parameters["ResourcesToSkip"] for made in calls if "ResourcesToSkip" in made.parameters]
    resources = stacks.templates["Catalog"]["Resources"]
    assert [resources[id]["Type"] for id in left_out] == ["Custom::Schema"]
