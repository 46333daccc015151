"""How a verb of `tmdb` fails: in one sentence on standard error that names the problem and the next step.

0    done
1    failed: what was asked for is not so, or could not be done
2    called wrongly: an unknown verb or option, or a value that makes no sense
130  interrupted; run it again, and it goes on
"""

import json
import os
import re
import sys
import traceback

import typer

from lambdas.common.errors import PipelineError

BUG = "run it again with --debug and report what it shows"
_CREDENTIALS = "`aws sts get-caller-identity` must answer: `aws configure` or `aws sso login` sees to that"
_LONGEST_NAME = 100
"""Characters of a file's name that are said."""
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClient")
_MISSING = ("NotFound", "NotFoundException", "NotFoundError", "NonExistentQueue", "NoSuchBucket", "DoesNotExist")
"""How the codes end that AWS has for what is not there."""

_SECRET = re.compile(r"""(?i)\b(authorization|accesskey|x-amz-security-token)(['"]?\s*[:=]\s*['"]?)[^\r\n'"<\\]+""")
"""A header that holds one, as AWS and proxies repeat it in what they say of a request that they refuse."""


class Failure(Exception):
    """The message is the whole sentence: what is wrong, and what to do."""


class Unreachable(Failure):
    """There are no credentials, no region, or no way to AWS here."""


UNANSWERED = Failure("nobody is there to answer, so nothing was done; --yes says yes, where a verb has it")


def tell(error: Exception, *, as_json: bool) -> int:
    """Say it on standard error; gives the exit status."""
    sentence, status = _sentence(error)
    sentence = " ".join(_redacted(sentence).split())
    print(json.dumps({"error": sentence}) if as_json else f"tmdb: {sentence}", file=sys.stderr)
    return status


def trace(error: Exception) -> int:
    """Show on standard error where it came from; gives the exit status."""
    print(_redacted("".join(traceback.format_exception(error))), end="", file=sys.stderr)
    return 1


def _redacted(text: str) -> str:
    return _SECRET.sub(r"\1\2...", text)


def _sentence(error: Exception) -> tuple[str, int]:
    if isinstance(error, Failure):
        return str(error), 1
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        verb = context.command_path if context else "tmdb"
        return f"{error.format_message().rstrip('.')}; see {verb} --help", error.exit_code
    if isinstance(error, PipelineError):
        return f"{error}; run it again, nothing is done twice", 1
    if type(error).__module__.startswith(("botocore.", "boto3.")):
        return of_aws(error), 1
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes | os.PathLike):
        name = os.fsdecode(error.filename)
        shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
        return f"{shown}: {error.strerror}; name another file or folder, or see to this one", 1
    return f"unexpected {type(error).__name__}: {error}; {BUG}", 1


def of_aws(error: Exception) -> str:
    """What there is to do when AWS, or boto3 on the way to it, says no."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
    if code.startswith(_EXPIRED):
        return f"the AWS credentials here are expired or not valid ({code}); {_CREDENTIALS}"
    if code in ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "NoRegionError"):
        return f"there are no AWS credentials or no region here ({code}); {_CREDENTIALS}"
    if code.endswith(_MISSING):
        return f"AWS does not have it: {error}; `tmdb deploy` makes what a stage needs"
    if "AccessDenied" in code:
        return f"AWS does not let you do that: {error}; ask for the permission, or use another AWS_PROFILE"
    return f"AWS did not do it: {error}; {_CREDENTIALS}, then run it again"
