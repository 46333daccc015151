"""What a deployed stage is made of, by the outputs of its stacks."""

from typing import Any

from cli.errors import Failure


def aws(service: str) -> Any:
    """A client of an AWS service, with the credentials and region of this shell."""
    import boto3

    return boto3.client(service)


def outputs(stage: str, stack: str) -> dict[str, str]:
    """The outputs of one stack of a stage (`Lake`, `Storage`, ...), by name. Raises Failure when it is not there."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = f"Tmdb-{stage}-{stack}"
    try:
        (found,) = aws("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise Failure(f"stage {stage} is not deployed here, as there is no stack {name}: make deploy") from error
        raise Failure(f"AWS did not tell of {name}: {error.response['Error']['Message']}") from error
    except BotoCoreError as error:
        raise Failure(
            f"AWS cannot be asked: {str(error).rstrip('.')}; set AWS_PROFILE and AWS_REGION, or see --help for --lake"
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
