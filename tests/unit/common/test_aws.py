"""AWS as the stages call it: moto asked over HTTP, and answers of every kind from a script."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.common import runtime
from lambdas.common.aws import Aws, Refused, code_of
from lambdas.common.clock import SystemClock
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.http import Response
from lambdas.common.settings import AwsSettings
from tests.unit.aws import REGION, Hasty, aws

LOST = Retry("POST failed: ServerDisconnectedError")
OUT = Response(503, {}, b"<html>")
BUSY = Response(400, {}, b'{"__type":"com.amazon.coral.availability#ThrottlingException","message":"slow down"}')
FULL = Response(400, {}, b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}')
MANY = Response(429, {"x-amzn-errortype": "TooManyRequestsException:"}, b"")
DENIED = Response(400, {}, b'{"__type":"AccessDeniedException","Message":"no"}')
DONE = Response(200, {}, b'{"Done":true}')
SETTINGS = AwsSettings(aws_region=REGION, aws_access_key_id="testing", aws_secret_access_key="kept to itself")


class Script:
    """A Transport that answers one after the other; the last answer again and again."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def request(self, method: str, url: str, **options: Any) -> Response:
        self.asked.append((method, url, options))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No other AWS than moto's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


@pytest.mark.usefixtures("moto")
async def test_services_understand_us() -> None:
    """Each service that speaks JSON takes a call as it is made here, and gives what was asked for."""
    boto3.client("ssm", region_name=REGION).put_parameter(Name="/mapping", Value="m-1", Type="String")
    boto3.client("secretsmanager", region_name=REGION).create_secret(Name="token", SecretString="s")
    ssm = await aws().call("ssm", "GetParameter", Name="/mapping")
    secret = await aws().call("secretsmanager", "GetSecretValue", SecretId="token")
    tables = await aws().call("dynamodb", "ListTables")
    queues = await aws().call("sqs", "ListQueues")
    entry = {"Source": "tmdb.pipeline", "DetailType": "test", "Detail": "{}"}
    events = await aws().call("events", "PutEvents", Entries=[entry])
    assert (ssm["Parameter"]["Value"], secret["SecretString"], tables["TableNames"]) == ("m-1", "s", [])
    assert (queues.get("QueueUrls", []), events["FailedEntryCount"]) == ([], 0)


@pytest.mark.parametrize("trouble", [LOST, OUT, BUSY, FULL, MANY])
async def test_passing_trouble(trouble: Response | Exception) -> None:
    """Outages, throttling and lost connections are waited out, longer each time, and nobody hears of it."""
    clock = Hasty()
    assert await aws(Script(trouble, trouble, DONE), clock).call("dynamodb", "GetItem") == {"Done": True}
    assert len(clock.slept) == 2 and clock.slept[0] < clock.slept[1]


@pytest.mark.parametrize(("trouble", "asked"), [(LOST, 3), (OUT, 3), (BUSY, 3), (DENIED, 1)])
async def test_lasting_trouble(trouble: Response | Exception, asked: int) -> None:
    """What does not pass is an error that says who did not do what, and why."""
    script = Script(trouble)
    with pytest.raises(Retry, match="DynamoDB did not GetItem: ") as caught:
        await aws(script).call("dynamodb", "GetItem")
    assert len(script.asked) == asked
    assert isinstance(caught.value, Refused) or caught.value.__cause__ is trouble


async def test_refusal_is_told_whole() -> None:
    """A refusal has its code without the namespace around it, and everything that was said."""
    with pytest.raises(Refused, match="SSM did not GetParameter: 400 AccessDeniedException: no") as caught:
        await aws(Script(DENIED)).call("ssm", "GetParameter", Name="x")
    assert (caught.value.code, caught.value.reasons) == ("AccessDeniedException", [])
    assert code_of(Response(409, {"x-amzn-errortype": "ResourceInUseException:http://internal/"}, b"")) == (
        "ResourceInUseException"
    )
    assert code_of(BUSY) == "ThrottlingException"


@pytest.mark.parametrize(
    ("region", "endpoint", "url"),
    [
        ("eu-west-1", "", "https://dynamodb.eu-west-1.amazonaws.com/"),
        ("cn-north-1", "", "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
        ("eu-west-1", "https://127.0.0.1:4566/", "https://127.0.0.1:4566/"),
    ],
)
async def test_endpoint(region: str, endpoint: str, url: str) -> None:
    """A service is where AWS has it in the region, or where the environment says that AWS is."""
    script = Script(DONE)
    settings = AwsSettings(
        aws_region=region,
        aws_access_key_id="k",
        aws_secret_access_key="s",
        aws_session_token="t",
        aws_endpoint_url=endpoint,
    )
    await Aws.from_settings(settings, script, SystemClock()).call("dynamodb", "ListTables")
    ((method, asked, options),) = script.asked
    assert (method, asked, options["body"]) == ("POST", url, b"{}")
    assert options["headers"]["x-amz-target"] == "DynamoDB_20120810.ListTables"
    assert options["headers"]["x-amz-security-token"] == "t"


def test_secret_key_is_not_shown() -> None:
    """Neither the settings nor AWS made from them show the secret key."""
    assert "kept to itself" not in repr(SETTINGS) + repr(Aws.from_settings(SETTINGS, Script(DONE), SystemClock()))


async def test_secret_is_kept_and_read_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is asked for once, and again only when asked for afresh; blanks around it are not its own."""
    script = Script(Response(200, {}, b'{"SecretString":" one\\n"}'), Response(200, {}, b'{"SecretString":"two"}'))
    monkeypatch.setattr(runtime, "aws", lambda: aws(script))
    read = runtime.secret("token")
    assert [await read(False), await read(False), await read(True), await read(False)] == ["one", "one", "two", "two"]
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(400, {}, b'{"__type":"ResourceNotFoundException"}'), StopTheLine),
        (DENIED, StopTheLine),
        (Response(400, {}, b'{"__type":"InvalidRequestException"}'), Retry),
        (OUT, Retry),
        (LOST, Retry),
    ],
)
async def test_secret_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, answer: Response | Exception, error: type[Exception]
) -> None:
    """A secret that is not there or not ours stops the line; a Secrets Manager that is away does not."""
    monkeypatch.setattr(runtime, "aws", lambda: aws(Script(answer)))
    with pytest.raises(error):
        await runtime.secret("token")(False)
