"""Area codec: JSON to an edge object and back, against the least that the same libraries can do it in."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import lz4.frame
import orjson
from google.protobuf import json_format
from isal import isal_zlib

from bench.bodies import Body
from bench.measure import cpu
from bench.report import Row, at_most, cheaper
from lambdas.common import codec
from proto.tmdb.v1.movie_pb2 import Movie

AREA = "codec"
UNIT = "us/record"


def rows(bodies: tuple[Body, ...], rounds: int) -> Iterator[Row]:
    """Measure `rounds` times over all bodies."""
    texts = [body.json for body in bodies]
    blobs = [codec.encode("movie", text, fetched_at=0) for text in texts]
    messages = [codec.read("movie", blob) for blob in blobs]
    pairs = list(zip(texts, messages, strict=True))
    taken = cpu(
        rounds,
        encode=_each(lambda text: codec.encode("movie", text, fetched_at=0), texts),
        encode_floor=_each(_encode_floor, pairs),
        encode_naive=_each(_encode_naive, texts),
        read=_each(lambda blob: codec.read("movie", blob), blobs),
        read_floor=_each(lambda blob: Movie.FromString(lz4.frame.decompress(blob)), blobs),
        read_json=_each(lambda body: orjson.loads(_gunzip(body.gzip)), bodies),
    )
    us = {name: 1e6 * seconds / len(bodies) for name, seconds in taken.items()}
    floor, naive = "orjson + prebuilt message + lz4", "json + ParseDict + lz4"
    yield at_most(AREA, "encode", us["encode"], UNIT, 2.0, against=floor, theirs=us["encode_floor"])
    yield cheaper(AREA, "encode", us["encode"], UNIT, 10, against=naive, theirs=us["encode_naive"])
    yield at_most(AREA, "decode to message", us["read"], UNIT, 1.5, against="lz4 + FromString", theirs=us["read_floor"])
    yield cheaper(
        AREA, "decode to message", us["read"], UNIT, None, against="gunzip + orjson to a dict", theirs=us["read_json"]
    )
    yield at_most(
        AREA,
        "stored size",
        sum(map(len, blobs)) / len(bodies),
        "B",
        1.2,
        against="gzip of the JSON",
        theirs=sum(len(body.gzip) for body in bodies) / len(bodies),
    )


def _each(work: Callable[[Any], object], over: Any) -> Callable[[], None]:
    def whole() -> None:
        for one in over:
            work(one)

    return whole


def _encode_floor(pair: tuple[bytes, Movie]) -> bytes:
    text, message = pair
    orjson.loads(text)
    return _pack(message.SerializeToString())


def _encode_naive(text: bytes) -> bytes:
    return _pack(json_format.ParseDict(json.loads(text), Movie(), ignore_unknown_fields=True).SerializeToString())


def _pack(data: bytes) -> bytes:
    packed: bytes = lz4.frame.compress(data, content_checksum=True)
    return packed


def _gunzip(data: bytes) -> bytes:
    return isal_zlib.decompress(data, 31)
