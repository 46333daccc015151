"""Errors, typed by what the line must do next.

    PipelineError
    ├── Retry              this id may succeed later: it goes out again, as one more attempt
    │   ├── Throttled      the other side asked us to slow down; not the id's fault
    │   └── Changed        the object is not what it was when it was read; what is there now decides
    ├── GiveUp             this id can never succeed as it is: dead letter, with the reason
    ├── StopTheLine        nothing can succeed until a person acts: pause the event source, burn nothing
    └── BadInput           an event or message that is not ours: refused by name, never guessed at

A title that TMDB no longer has is an outcome (gone), not an error.
Messages of these errors are shown to people and stored in dead letters: they never hold a token, a header or a body.
"""


class PipelineError(Exception):
    """Base of everything this project raises on purpose."""


class Retry(PipelineError):
    """The same request may succeed later."""


class Throttled(Retry):
    """HTTP 429. `retry_after` is what the server asked for in seconds, None when it did not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Changed(Retry):
    """Somebody wrote or removed the object since it was looked at."""


class GiveUp(PipelineError):
    """No attempt can succeed; the message is the reason shown in the dead letter."""


class StopTheLine(PipelineError):
    """No id can succeed until somebody acts; the message says what to do."""


class BadInput(PipelineError):
    """An event, message or line that does not follow its contract; the message names what is wrong."""
