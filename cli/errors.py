"""How a verb of `tmdb` fails: in one sentence on standard error that names the problem and the next step.

0    done
1    failed: Failure, or a bug
2    called wrongly: typer's own errors, such as typer.BadParameter
"""

import json
import sys

import typer

BUG = "run it again with --debug and report what it shows"


class Failure(Exception):
    """The message is the whole sentence: what is wrong, and what to do."""


def tell(error: Exception, *, as_json: bool) -> int:
    """Say it on standard error; gives the exit status."""
    if isinstance(error, Failure):
        sentence, status = str(error), 1
    elif isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        verb = context.command_path if context else "tmdb"
        sentence, status = f"{error.format_message().rstrip('.')}; see {verb} --help", error.exit_code
    else:
        sentence, status = f"unexpected {type(error).__name__}: {error}; {BUG}", 1
    sentence = " ".join(sentence.split())
    print(json.dumps({"error": sentence}) if as_json else f"tmdb: {sentence}", file=sys.stderr)
    return status
