"""Bronze: every answer of TMDB as it came, one object a message, never rewritten.

    bronze/movie/dt=2026-11-20/movie-export-20261120T083000Z-1a2b/551-0-9f86d081.jsonl.gz

What a run of another database's ids found is kept as what it is: the run says imdb, the dataset movie.

One line an answer: `{"_metadata":{"id":550,"status":200,"fetched_at":1763627400,"run":"..."},"body":{...}}`, the body
byte for byte as TMDB sent it. A body that holds line breaks is the same text as a JSON string, under `text`. A title
that takes several calls has several lines, which `call` counts from 0; one that is gone has its 404.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

import msgspec
from isal import isal_zlib

from lambdas.common.body import LARGEST_BODY
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import BadInput
from lambdas.common.work import MAX_ID, Id, WorkItem, run_started

PREFIX = "bronze"
MOST_BYTES = 1024**3
"""Of one object after gunzip: 50 shows with all their seasons stay far below."""
LONGEST_LINE = 6 * LARGEST_BODY + 65_536
"""Bytes: of a body as text, in which a control character takes six, and what is said of it."""
_LEVEL = 1
_CHUNK = 1 << 20
_KEY = re.compile(
    rf"{PREFIX}/(?P<dataset>[a-z_]+)/dt=(?P<dt>\d{{4}}-\d\d-\d\d)/(?P<run>[a-z_]+-(?:{'|'.join(Mode)})-\d{{8}}T\d{{6}}Z-[0-9a-f]{{4}})/"
    r"(?P<first_id>[1-9]\d{0,9})-(?P<attempt>\d)-(?P<digest>[0-9a-f]{8})\.jsonl\.gz",
    re.ASCII,
)


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What TMDB answered to one call. `fetched_at` is in Unix seconds."""

    id: Id
    status: Annotated[int, msgspec.Meta(ge=100, le=599)]
    fetched_at: Annotated[int, msgspec.Meta(ge=0, lt=2**33)]
    run: str
    call: Annotated[int, msgspec.Meta(ge=0)] = 0


class Line(NamedTuple):
    """An answer with its body exactly as TMDB sent it."""

    answer: Answer
    body: bytes


class BronzeKey(NamedTuple):
    """What a key says of its object. `dt` is the UTC day on which the run started."""

    dataset: str
    dt: str
    run: str
    first_id: int
    attempt: int
    digest: str

    @property
    def name(self) -> str:
        """The last part of the key without its ending: the name of what is made from this object, too."""
        return f"{self.first_id}-{self.attempt}-{self.digest}"


class _Body(msgspec.Struct, frozen=True):
    metadata: Answer = msgspec.field(name="_metadata")
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET


def bronze_key(item: WorkItem, content: bytes, dataset: str = "") -> str:
    """Key of an object whose `content` a Packer tells: the same for the same answers to the same piece of work.

    `dataset` is that of its titles, where it is not the item's: a title may be found by another database's id.
    """
    digest = hashlib.sha256(content).hexdigest()[:8]
    folder = f"{PREFIX}/{dataset or item.dataset}/dt={item.started:%Y-%m-%d}/{item.run}"
    return f"{folder}/{item.ids[0]}-{item.attempt}-{digest}.jsonl.gz"


def parse_bronze_key(key: str) -> BronzeKey:
    """Take a key apart. Raises BadInput for anything that `bronze_key` does not build."""
    match = _KEY.fullmatch(key)
    dataset = DATASETS.get(match["dataset"]) if match else None
    if not match or not dataset or dataset.found_by or int(match["first_id"]) >= MAX_ID:
        raise BadInput(f"{key!r} is not a key of bronze")
    try:
        started = run_started(match["run"])
    except ValueError as error:
        raise BadInput(f"{key!r} is not a key of bronze: {error}") from error
    harvested = DATASETS.get(match["run"].partition("-")[0])
    if f"{started:%Y-%m-%d}" != match["dt"] or not (harvested and (harvested is dataset or harvested.found_by)):
        raise BadInput(f"{key!r} is not a key of bronze: its parts contradict each other")
    return BronzeKey(
        match["dataset"], match["dt"], match["run"], int(match["first_id"]), int(match["attempt"]), match["digest"]
    )


def bronze_line(answer: Answer, body: bytes) -> bytes:
    """One line of an object. Raises ValueError for a body that is not JSON text, which no answer has got this far."""
    metadata = msgspec.json.encode(answer)
    if b"\n" in body or b"\r" in body:
        return b'{"_metadata":%b,"text":%b}\n' % (metadata, msgspec.json.encode(body.decode()))
    return b'{"_metadata":%b,"body":%b}\n' % (metadata, body)


class Packer:
    """An object in the making: answers are packed as they come, so that 50 shows need no room for their seasons."""

    def __init__(self) -> None:
        self._deflate = isal_zlib.compressobj(_LEVEL, wbits=31)
        self._packed: list[bytes] = []
        self._digests: list[bytes] = []

    def add(self, answer: Answer, body: bytes) -> None:
        """One more line. Raises ValueError as `bronze_line` does."""
        self._packed.append(self._deflate.compress(bronze_line(answer, body)))
        digest = hashlib.sha256(b"%d %d %d " % (answer.id, answer.call, answer.status))
        digest.update(body)
        self._digests.append(digest.digest())

    @property
    def answers(self) -> int:
        """How many there are so far."""
        return len(self._digests)

    @property
    def content(self) -> bytes:
        """What was answered: whenever that was, and in whatever order the answers came."""
        return b"".join(sorted(self._digests))

    def finish(self) -> bytes:
        """The object. Nothing can be added to it any more."""
        return b"".join([*self._packed, self._deflate.flush()])


def unpack(blob: bytes) -> Iterator[bytes]:
    """The lines of an object, in pieces of any length. Raises BadInput when it is cut, damaged or beyond MOST_BYTES."""
    inflate, length = isal_zlib.decompressobj(wbits=31), 0
    try:
        piece = inflate.decompress(blob, _CHUNK)
        while True:
            length += len(piece)
            if length > MOST_BYTES:
                raise BadInput(f"a bronze object of more than {MOST_BYTES} bytes")
            yield piece
            if inflate.eof:
                break
            piece = inflate.decompress(inflate.unconsumed_tail, _CHUNK)
            if not piece and not inflate.eof:
                raise BadInput("a bronze object that was cut short")
    except isal_zlib.error as error:  # type: ignore[misc]  # the stub takes the class for an instance
        raise BadInput(f"not a bronze object: {error}") from error
    if inflate.unused_data:
        raise BadInput("a bronze object with something after its end")


def read_lines(blob: bytes) -> Iterator[Line]:
    """The answers of an object. Raises BadInput, also for a line that is none."""
    rest = b""
    for piece in unpack(blob):
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(_line, lines)
        if len(rest) > LONGEST_LINE:
            raise BadInput(f"a bronze object with a line of more than {LONGEST_LINE} bytes")
    if rest:
        raise BadInput("a bronze object whose last line has no end")


def _line(text: bytes) -> Line:
    try:
        line = msgspec.json.decode(text, type=_Body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadInput(f"not a line of bronze: {error}") from error
    if isinstance(line.text, str) == isinstance(line.body, msgspec.Raw):
        raise BadInput("not a line of bronze: it has no body, or two")
    return Line(line.metadata, bytes(line.body) if isinstance(line.body, msgspec.Raw) else str(line.text).encode())
