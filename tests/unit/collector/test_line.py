"""Stopping the line: what is asked of AWS, and what its answers mean."""

import orjson
import pytest

from lambdas.collector.line import MappingLine
from lambdas.common.errors import Retry
from lambdas.common.http import Response
from tests.unit.aws import aws
from tests.unit.common.test_aws import LOST, OUT, Script

FOUND = Response(200, {}, b'{"Parameter":{"Value":"8f8a1b2c"}}')
IN_USE = Response(409, {"x-amzn-errortype": "ResourceInUseException"}, b'{"Message":"in use"}')
DENIED = Response(403, {"x-amzn-errortype": "AccessDeniedException"}, b'{"Message":"no"}')


@pytest.mark.parametrize("answer", [Response(202, {}, b'{"State":"Disabling"}'), IN_USE])
async def test_stop(answer: Response) -> None:
    """The mapping whose id the parameter holds is disabled; another collector that does it meanwhile is as good."""
    script = Script(FOUND, answer)
    await MappingLine("/mapping", aws(script)).stop()
    (_, _, asked), (method, url, options) = script.asked
    assert orjson.loads(asked["body"]) == {"Name": "/mapping"}
    assert (method, url) == ("PUT", "https://lambda.us-east-1.amazonaws.com/2015-03-31/event-source-mappings/8f8a1b2c")
    assert orjson.loads(options["body"]) == {"Enabled": False}


@pytest.mark.parametrize("answers", [(OUT,), (LOST,), (FOUND, DENIED), (FOUND, OUT), (FOUND, LOST)])
async def test_stop_that_fails(answers: tuple[Response | Exception, ...]) -> None:
    """A line that could not be stopped is an error to try again."""
    with pytest.raises(Retry):
        await MappingLine("/mapping", aws(Script(*answers))).stop()
