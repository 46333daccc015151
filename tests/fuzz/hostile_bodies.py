"""Bodies that no honest TMDB sends, each made from a random generator alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lambdas.common.body import LARGEST_BODY, MOST_VALUES
from tests.unit.common.bodies import BODIES, dataset_of
from tests.unit.common.bodies.schema import places

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HostileBody:
    """`refused` where nothing but an error will do; any other may also be kept, whole."""

    kind: str
    dataset: str
    body: bytes
    refused: bool = False


def hostile_body(random: Random) -> HostileBody:
    """One of any kind; now and then a huge one."""
    if random.randrange(500) == 0:
        return _huge(random)
    kind = random.choice(list(KINDS))
    name = random.choice(list(BODIES))
    body, refused = KINDS[kind](random, BODIES[name])
    taken_for = random.choice(list(BODIES)) if kind == "another kind" else name
    return HostileBody(kind, dataset_of(taken_for), body, refused)


def _not_json(random: Random, text: bytes) -> tuple[bytes, bool]:
    text, at = text.strip(), random.randrange(len(text.strip()))
    ways = (
        random.randbytes(random.randrange(200)) + b"\xff",
        text[:at],
        text + random.choice([b"x", b"{}", b"]", b"\0", text]),
        b"\xef\xbb\xbf" + text,
        text.replace(b'"', b"'"),
        text[:at] + random.choice([b"\xff", b"\0", b"\x1f"]) + text[at:],
        b"<html>" + text,
    )
    return random.choice(ways), True


def _flipped(random: Random, text: bytes) -> tuple[bytes, bool]:
    flipped = bytearray(text)
    for _ in range(random.choice([1, 1, 2, 10])):
        flipped[random.randrange(len(text))] ^= 1 << random.randrange(8)
    return bytes(flipped), False


def _not_an_object(random: Random, text: bytes) -> tuple[bytes, bool]:
    return random.choice([b"null", b"true", b"7", b"-1.5e3", b'"text"', b"[]", b"[" + text + b"]"]), True


def _of_another_kind(random: Random, text: bytes) -> tuple[bytes, bool]:
    said = b'{"success":false,"status_code":34,"status_message":"The resource you requested could not be found."}'
    page = b'{"page":1,"results":[' + text + b'],"total_pages":1,"total_results":1}'
    return random.choice([text, text, said, page]), False


def _deep(random: Random, text: bytes) -> tuple[bytes, bool]:
    depth = random.choice([2, 50, 300, 5_000, 100_000])
    start, end = random.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
    inner = start * depth + b"1" + random.choice([b"", end * depth])
    key = random.choice([b"unheard_of", b"id", b"name", b"images", b"credits"])
    closed = inner.endswith(end)
    return b'{"%b":%b,%b' % (key, inner, text.strip()[1:]), depth > 1024 or not closed


def _number(random: Random, text: bytes) -> tuple[bytes, bool]:
    digits = bytes(random.choice(b"123456789") for _ in range(random.choice([17, 20, 40, 310, 5_000])))
    right = [digits, b"-" + digits, b"0." + digits, digits + b".5", digits + b"e-20", b"1e400", b"-1e400", b"1e-400"]
    right += [
        b"-0",
        b"-0.0",
        b"1E+2",
        b"9223372036854775807",
        b"9223372036854775808",
        b"2147483648",
        b"9007199254740993",
    ]
    wrong = [b"NaN", b"Infinity", b"-Infinity", b"0x10", b"01", b"1.", b".5", b"+1", b"1e", b"1_000", b"--1"]
    token = random.choice([*right, *wrong])
    quoted = random.randrange(3) == 0
    return _in_place_of_a_value(random, text, b'"%b"' % token if quoted else token), token in wrong and not quoted


def _equal_keys(random: Random, text: bytes) -> tuple[bytes, bool]:
    body = json.loads(text)
    container, key = random.choice([place for place in places(body) if isinstance(place[0], dict)])
    first, container[key] = container[key], "@@"
    pair = (json.dumps(first), json.dumps(key), random.choice(["null", "0", '""', "[]", "{}", json.dumps(first)]))
    return json.dumps(body).replace('"@@"', "{}, {}: {}".format(*pair)).encode(), False


def _not_unicode(random: Random, text: bytes) -> tuple[bytes, bool]:
    tokens = (rb'"\ud800"', rb'"x\udfffx"', rb'"\ud83d\ud83d"', rb'"\u12"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"\xf8"')
    return _in_place_of_a_value(random, text, random.choice(tokens)), True


def _wrong_value(random: Random, text: bytes) -> tuple[bytes, bool]:
    values = (
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "7.5",
        '""',
        '"7"',
        '"x"',
        "[]",
        "[null]",
        "[1]",
        "{}",
        '{"a":1}',
    )
    return _in_place_of_a_value(random, text, random.choice(values).encode()), False


def _huge(random: Random) -> HostileBody:
    """From small to beyond all bounds, of what costs the most for its bytes."""
    size = random.choice([MB // 4, MB, 4 * MB, 15 * MB, 50 * MB])
    dataset, start, end = random.choice(
        [
            ("movie", b'{"genres":[', b"]}"),
            ("movie", b'{"x":0,"images":{"posters":[', b"]}}"),
            ("movie", b'{"release_dates":{"results":[{"release_dates":[', b"]}]}}"),
            ("movie", b'{"similar":{"results":[{"genre_ids":[', b"]}]}}"),
            ("movie", b'{"id":1,"unheard_of":[', b"]}"),
            ("season", b'{"episodes":[', b"]}"),
            ("season", b'{"episodes":[', b',{"id":"x"}]}'),
        ]
    )
    unit = random.choice([b"{}", b"[]", b"0", b'""', b'{"id":1}', b'{"a":0}', b'{"crew":[{}]}', b'{"descriptors":[]}'])
    values = 1 + unit.count(b"{") + unit.count(b"[")
    many = min(size // (len(unit) + 1), random.choice([MOST_VALUES - 20, 10**9]) // values)
    filler = random.choice([b"", b" " * (size - many * len(unit))])
    body = b"".join([start, unit, (b"," + unit) * (many - 1), filler, end])
    return HostileBody("huge", dataset, body, refused=len(body) > LARGEST_BODY)


def _in_place_of_a_value(random: Random, text: bytes, token: bytes) -> bytes:
    body = json.loads(text)
    container, key = random.choice(places(body))
    container[key] = "@@"
    return json.dumps(body, ensure_ascii=False).encode().replace(b'"@@"', token)


Maker = Callable[[Random, bytes], tuple[bytes, bool]]
KINDS: dict[str, Maker] = {
    "not JSON": _not_json,
    "flipped bits": _flipped,
    "not an object": _not_an_object,
    "another kind": _of_another_kind,
    "nested deep": _deep,
    "numbers": _number,
    "equal keys": _equal_keys,
    "not Unicode": _not_unicode,
    "wrong value": _wrong_value,
}
