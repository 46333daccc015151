"""The cost estimate counts what the templates hold."""

from datetime import UTC, datetime

import pytest

from cli import cost
from stacks.parameters import HARVESTER_MEMORY, LAKE_NIGHT_MEMORY, LAKE_WRITER_MEMORY
from tests.infra.stacks import COMBINATIONS, synthesise

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_fixed_charges_are_those_of_the_stacks(combination: str) -> None:
    """Alarms and secrets are as many as are paid for, and nothing else that is paid for by the month is there."""
    stacks = synthesise(combination)
    month = cost.monthly(stacks.settings, NOW).usage
    assert len(list(stacks.properties("AWS::CloudWatch::Alarm"))) == month["alarms"]["alarm-month"]
    assert len(list(stacks.properties("AWS::SecretsManager::Secret"))) == month["secrets"]["secret-month"]
    assert len(list(stacks.properties("AWS::CloudWatch::Dashboard"))) == 1  # an account has three for nothing
    for kind in ("EC2::NatGateway", "EC2::EIP", "KMS::Key"):
        assert list(stacks.properties(f"AWS::{kind}")) == []
    assert {endpoint["VpcEndpointType"] for endpoint in stacks.properties("AWS::EC2::VPCEndpoint")} <= {"Gateway"}
    clusters = list(stacks.properties("AWS::RDS::DBCluster"))
    assert len(clusters) == ("catalog" in month)
    assert all(cluster["ServerlessV2ScalingConfiguration"]["MinCapacity"] == 0 for cluster in clusters)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_functions_have_the_memory_that_is_paid_for(combination: str) -> None:
    """A collector's memory is the setting's, that of the others their constant."""
    stacks = synthesise(combination)
    assert stacks.function("collector")["MemorySize"] == stacks.settings.collector_memory
    assert stacks.function("harvester")["MemorySize"] == HARVESTER_MEMORY
    if stacks.settings.lake:
        assert stacks.function("lake_writer")["MemorySize"] == LAKE_WRITER_MEMORY
        assert {stacks.function(stage)["MemorySize"] for stage in ("lake_compactor", "gold_builder")} == {
            LAKE_NIGHT_MEMORY
        }
