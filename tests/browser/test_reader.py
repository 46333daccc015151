"""The page's reader of edge objects agrees with the codec: on what they hold, and on what is none."""

import json
import random
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from lambdas.common import codec
from lambdas.common.frame import pack
from tests.browser.node import node
from tests.unit.common.bodies import BODIES, dataset_of

MOVIES = [body for name, body in BODIES.items() if dataset_of(name) == "movie"]
XXH32 = {b"": 0x02CC5D05, b"a": 0x550D7456, b"abc": 0x32D153FF, b"Nobody inspects the spammish repetition": 0xE2293B2F}
"""As published with the algorithm, all with seed 0."""


def read(what: str, blobs: Iterable[bytes]) -> list[dict[str, Any]]:
    """What the page's code says of each."""
    run = node("read.mjs", what, stdin="\n".join(b64encode(blob).decode() for blob in blobs))
    assert run.returncode == 0, run.stderr
    answers: list[dict[str, Any]] = json.loads(run.stdout)
    return answers


def plain(message: Any) -> dict[str, Any]:
    """A message as the page has it: lists and maps always there, 64-bit numbers as numbers."""
    shown = MessageToDict(message, preserving_proto_field_name=True)
    return {**_completed(message.DESCRIPTOR, shown)}


def _completed(descriptor: Any, shown: dict[str, Any]) -> dict[str, Any]:
    for field in descriptor.fields:
        if field.is_repeated:
            is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
            shown.setdefault(field.name, {} if is_map else [])
        if field.name not in shown:
            continue
        value = shown[field.name]
        if field.cpp_type == field.CPPTYPE_INT64:
            shown[field.name] = int(value)
        elif field.message_type is not None and field.message_type.GetOptions().map_entry:
            kind = field.message_type.fields_by_name["value"].message_type
            shown[field.name] = {key: _completed(kind, item) for key, item in value.items()}
        elif field.message_type is not None:
            rows = value if field.is_repeated else [value]
            for row in rows:
                _completed(field.message_type, row)
    return shown


def test_movies_are_read_as_the_codec_reads_them() -> None:
    """Every field of every movie comes out of the page's reader as it comes out of protobuf's own."""
    blobs = [codec.encode("movie", body, fetched_at=1_795_000_000) for body in MOVIES]
    assert len(blobs) >= 2
    answers = read("movie", blobs)
    assert [answer["read"] for answer in answers] == [plain(codec.read("movie", blob)) for blob in blobs]


def test_checksums_are_those_of_the_algorithm() -> None:
    """Published values come out, for texts shorter and longer than a stripe of 16 bytes."""
    assert [answer["read"] for answer in read("xxh32", XXH32)] == list(XXH32.values())


def test_frames_of_any_length_come_out_whole() -> None:
    """Content that packs well, badly or not at all, within one block of 64 KB and over several, is what was packed."""
    draw = random.Random(1)
    lengths = (1, 2, 11, 12, 13, 100, 65_535, 65_536, 65_537, 200_000)
    contents = [bytes(length) for length in lengths]
    contents += [draw.randbytes(length) for length in lengths]
    contents += [(b"movie" * length)[:length] for length in lengths]
    contents += [b"".join(draw.choice((b"a", b"bc", b"def")) for _ in range(length)) for length in lengths]
    answers = read("frame", [pack(content) for content in contents])
    assert [b64decode(answer["read"]) for answer in answers] == contents


def test_every_damaged_bit_is_noticed() -> None:
    """Not one of the bits of an object can change without the object being refused."""
    blob = pack(MOVIES[0][:300])
    damaged = [_flipped(blob, bit) for bit in range(8 * len(blob))]
    assert all("refused" in answer for answer in read("frame", damaged))


def _flipped(blob: bytes, bit: int) -> bytes:
    changed = bytearray(blob)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_cut_and_lengthened_objects_are_refused() -> None:
    """An object that ends early at any byte, or goes on after its end, is none."""
    blob = codec.encode("movie", MOVIES[0], fetched_at=1)
    broken = [blob[:length] for length in range(1, len(blob))] + [blob + b"\0"]
    assert all("refused" in answer for answer in read("movie", broken))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_no_message_is_refused(seed: int) -> None:
    """Whatever is in a sound frame, the reader gives a message or refuses it: it never fails otherwise, or hangs."""
    draw = random.Random(seed)
    message = codec.read("movie", codec.encode("movie", MOVIES[0], fetched_at=1)).SerializeToString()
    hostile = [draw.randbytes(draw.randrange(1, 60)) for _ in range(300)]
    hostile += [_flipped(message, draw.randrange(8 * len(message))) for _ in range(300)]
    answers = read("movie", [pack(item) for item in hostile])
    assert {"refused"} <= {key for answer in answers for key in answer} <= {"refused", "read"}


def test_sizes_are_bounded() -> None:
    """A frame that says it unpacks to more than 32 MB is refused before anything is made for it."""
    (answer,) = read("frame", [pack(bytes(33 * 1024 * 1024))])
    assert answer == {"refused": "unpacks to more than 33554432 bytes"}
