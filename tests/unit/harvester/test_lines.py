"""From the bytes of an export file to its lines, however they come and whatever they hold."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.errors import GiveUp, Retry
from lambdas.harvester import lines
from lambdas.harvester.lines import FlaggedLine, Line, LineReader, RankedLine, gunzip

HOSTILE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"42",
    b'"550"',
    b"<html>502 Bad Gateway</html>",
    b"{}",
    b'{"id":null}',
    b'{"id":0}',
    b'{"id":-1}',
    b'{"id":true}',
    b'{"id":1.0}',
    b'{"id":1e2}',
    b'{"id":"../../etc/passwd"}',
    b'{"id":"550"}',
    b'{"id":2147483648}',
    b'{"id":99999999999999999999}',
    b'{"id":NaN}',
    b'{"id":[550]}',
    b'{"id":550',
    b'{"id":' + b"9" * 5000 + b"}",
    b'{"id":550,"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"id":1,"id":null}',
    b'{"id":550}{"id":551}',
    b"\x00\xff\xfe",
    b"\x1f\x8b\x08",
]


async def chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
    """The data as it may come."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def unpack(data: bytes, size: int = 1 << 14) -> bytes:
    """What all pieces together are."""
    return b"".join([piece async for piece in gunzip(chunks(data, size))])


def read(reader: LineReader[Line], pieces: Iterable[bytes]) -> list[int]:
    """All ids of the pieces."""
    return [line.id for piece in pieces for line in reader.feed(piece)] + [line.id for line in reader.finish()]


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
async def test_gunzip(size: int) -> None:
    """A file comes out whole whatever the chunks it came in, and so do several files one after the other."""
    text = b"".join(b'{"id":%d}\n' % n for n in range(20_000))
    assert await unpack(gzip.compress(text[:99_999]) + gzip.compress(text[99_999:]), size) == text


async def test_gunzip_of_a_cut_file() -> None:
    """A file that ends anywhere before its last byte is an error, even when all its text was there."""
    data = gzip.compress(b'{"id":550}\n' * 10)
    for length in range(len(data)):
        with pytest.raises(Retry, match="cut short"):
            await unpack(data[:length])


async def test_gunzip_of_a_damaged_file() -> None:
    """Each flipped bit of the packed text, its checksum or its length is an error."""
    data = gzip.compress(b'{"id":550}\n{"id":551}\n')
    for place in range(10, len(data)):
        with pytest.raises(Retry, match=r"damaged|cut short"):
            await unpack(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])


@pytest.mark.parametrize(
    "data", [b'{"id":550}\n' * 10, b"<html>Maintenance, come back later</html>", b"PK\x03\x04" * 10]
)
async def test_gunzip_of_something_else(data: bytes) -> None:
    """What is no gzip file is an error, not text."""
    with pytest.raises(Retry, match="no gzip file"):
        await unpack(data)


async def test_a_bomb_in_small_pieces() -> None:
    """A file of zeros packed a thousandfold passes through as one rejected line, and never needs room of its own."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    reader = LineReader(Line)
    tracemalloc.start()
    try:
        async for piece in gunzip(chunks(bomb, 1 << 18)):
            assert not reader.feed(piece)
        assert not reader.finish()
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    assert (reader.accepted, reader.rejected) == (0, 1)


@pytest.mark.parametrize("data", [gzip.compress(bytes(1 << 20)), gzip.compress(b"") * 10_000])
async def test_an_endless_file(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes on for too long is given up, whether it unpacks to much or to nothing."""
    monkeypatch.setattr(lines, "MOST_BYTES", 100_000)
    with pytest.raises(GiveUp, match="more than 100000 bytes"):
        await unpack(data)


@given(st.lists(st.integers(1, 2**31 - 1)), st.integers(1, 50), st.booleans())
def test_lines_however_they_come(ids: list[int], size: int, ended: bool) -> None:
    """Lines are the same however the text is cut into pieces, with and without a line end at its end."""
    text = b"\n".join(b'{"id":%d,"name":"a\\n\\u0026"}' % id for id in ids) + (b"\n" if ended else b"")
    reader = LineReader(Line)
    assert read(reader, (text[i : i + size] for i in range(0, len(text), size))) == ids
    assert (reader.accepted, reader.rejected) == (len(ids), 0)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda line: repr(line[:20]))
def test_hostile_lines(hostile: bytes) -> None:
    """A bad line costs itself alone: it is counted, unless it is blank, and its neighbours are read."""
    reader = LineReader(Line)
    assert read(reader, [b'{"id":1}\n' + hostile + b'\n{"id":3}\r\n\n{"id":2}']) == [1, 3, 2]
    assert reader.rejected == int(bool(hostile))
    assert bool(reader.fault) == bool(hostile)


@given(st.lists(st.binary(max_size=40) | st.sampled_from(HOSTILE), max_size=20), st.integers(1, 64))
def test_any_bytes(rows: list[bytes], size: int) -> None:
    """Whatever the bytes, ids are ints within their range and nothing is raised."""
    text = b"\n".join(rows)
    reader = LineReader(Line)
    assert all(0 < id < 2**31 for id in read(reader, (text[i : i + size] for i in range(0, len(text), size))))


@pytest.mark.parametrize("size", [1 << 10, 1 << 16, 1 << 18])
def test_a_line_without_end(size: int) -> None:
    """A line that goes on and on is dropped as it comes, counted once, and the next one is read."""
    endless = b'{"id":7,"name":"' + b"x" * (3 << 20)
    text = b'{"id":1}\n' + endless + b'"}\n{"id":2}\n'
    reader = LineReader(Line)
    tracemalloc.start()
    try:
        assert read(reader, (text[i : i + size] for i in range(0, len(text), size))) == [1, 2]
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
    assert reader.rejected == 1 and "longer than" in reader.fault


def test_only_what_is_asked_for() -> None:
    """Flag and popularity are read where a filter needs them: then a line without popularity is a bad one."""
    text = b'{"adult":true,"id":1,"popularity":"high"}\n{"adult":null,"id":2,"popularity":1e-06}\n{"id":3}\n'
    assert [line.id for line in LineReader(Line).feed(text)] == [1, 2, 3]
    assert [(line.id, line.adult) for line in LineReader(FlaggedLine).feed(text)] == [(1, True), (2, None), (3, None)]
    reader = LineReader(RankedLine)
    assert [(line.id, line.popularity) for line in reader.feed(text)] == [(2, 1e-06)]
    assert reader.rejected == 2
