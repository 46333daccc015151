"""What lies at the edge may be cut, flipped, swapped or made to harm: reading it is always an object or BadBlob."""

from functools import partial
from typing import Any

import lz4.frame
import pytest

from lambdas.common import codec
from lambdas.common.frame import BadBlob, pack, unpack
from tests.unit.common.bodies import BODIES

BLOB = codec.encode("keyword", b'{"id":818,"name":"based on novel or book"}', fetched_at=1_700_000_000)


def readings(blob: bytes, dataset: str = "keyword") -> list[object]:
    """Try the three ways of reading; return what came back where nothing was raised."""
    found: list[object] = []
    for read in (partial(codec.decode, dataset), partial(codec.read, dataset), codec.metadata):
        try:
            found.append(read(blob))
        except BadBlob:
            continue
    return found


@pytest.mark.parametrize("dataset", ["keyword", "episode"])
def test_every_flipped_bit_is_noticed(dataset: str) -> None:
    """The frame's checksums leave no bit unguarded, not even one that only points to the same text elsewhere."""
    blob = codec.encode(dataset, BODIES[dataset], fetched_at=1_700_000_000)
    assert len(readings(blob, dataset)) == 3
    for position in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[position // 8] ^= 1 << position % 8
        assert readings(bytes(flipped), dataset) == [], f"bit {position}"


def test_every_cut_is_noticed() -> None:
    """A truncated download is never an object."""
    for length in range(len(BLOB)):
        assert readings(BLOB[:length]) == [], f"{length} bytes"


@pytest.mark.parametrize("after", [b"\0", b"x" * 1000, BLOB])
def test_nothing_may_follow_the_frame(after: bytes) -> None:
    """An object is exactly one frame."""
    assert readings(BLOB + after) == []


@pytest.mark.parametrize(
    "other", [{"block_linked": True}, {"block_size": lz4.frame.BLOCKSIZE_MAX1MB}, {"store_size": False}], ids=str
)
def test_an_object_is_written_in_one_way(other: dict[str, Any]) -> None:
    """A header that says otherwise is a changed one: its own checksum misses one change in 256."""
    ours: dict[str, Any] = {"block_linked": False, "block_checksum": True, "content_checksum": True}
    data = BLOB * 2_000  # several blocks
    assert lz4.frame.compress(data, **ours) == pack(data)
    with pytest.raises(BadBlob, match="another kind"):
        unpack(lz4.frame.compress(data, **{**ours, **other}))


@pytest.mark.parametrize("blob", [b"", b"{}", b"\x1f\x8b\x08", b"\x04\x22\x4d\x18", bytes(100)])
def test_foreign_bytes_are_refused(blob: bytes) -> None:
    """Neither JSON nor gzip nor zeros are taken for an object."""
    assert readings(blob) == []


@pytest.mark.parametrize(
    "inside", [b"", b"\x08", b"not a message", b"\x0a\xff\xff\xff\xff\x0f", b"\x10\x07", pack(b"")]
)
def test_a_whole_frame_around_something_else_is_refused(inside: bytes) -> None:
    """A frame is not enough: the message in it must say what it is."""
    assert readings(pack(inside)) == []


def test_another_datasets_object_is_refused_by_name() -> None:
    """A keyword and a network look alike on the wire, so the object says which it is."""
    with pytest.raises(BadBlob, match="'keyword', not 'network'"):
        codec.decode("network", BLOB)


def test_a_bomb_is_not_unpacked() -> None:
    """A small frame around a great many bytes stops at the limit, also when its header promises little."""
    bomb = lz4.frame.compress(bytes(100_000_000), store_size=False, content_checksum=True)
    assert readings(bomb) == []
    with pytest.raises(BadBlob, match="more than 1000 bytes"):
        unpack(pack(bytes(1001)), limit=1000)
    assert unpack(pack(bytes(1000)), limit=1000) == bytes(1000)


def test_protobuf_and_lz4_alone_can_read_an_object() -> None:
    """The format is what the documentation says: one frame, one message, nothing of our own around it."""
    message = codec.message_type("keyword").FromString(lz4.frame.decompress(BLOB))
    assert (message.id, message.name) == (818, "based on novel or book")  # type: ignore[attr-defined]  # Message is the base of all
