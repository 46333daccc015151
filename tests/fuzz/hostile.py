"""What no honest sender sends, each made from a random generator alone: texts, JSON values, and documents with them."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.unit.common.bodies.schema import places

TEXTS = (
    *("", " ", "\0", "\n", "\r\n", "\t", ".", "..", "/", "//", "\\", "%", "+", "&", "=", "?", "#", ";", ",", "'", '"'),
    *(
        "../../etc/passwd",
        "..\\..\\windows",
        "/etc/passwd",
        "/proc/self/environ",
        "~/.aws/credentials",
        "-",
        "--",
        "-rf",
    ),
    *("%2e%2e%2f", "%252e%252e%252f", "..%2f..%2f", "..%c0%af", "%00", "%ff", "%", "%zz", "%u002e", "a%20b+c d", "a+b"),
    *(
        "movie/550/../../tv/1",
        "./movie/550",
        "movie//550",
        "movie/550.pb.lz4/..",
        "movie\\550",
        "MOVIE/550",
        "movie/0550",
    ),
    *(
        "'; DROP TABLE movie; --",
        "' OR '1'='1",
        '" OR ""="',
        "1;SELECT pg_sleep(9)",
        "%s%s%s",
        "%(a)s",
        "{0}",
        "${jndi:x}",
    ),
    *(
        "$(reboot)",
        "`id`",
        "| cat",
        "; ls",
        "&& true",
        "${IFS}",
        "$HOME",
        "a\nb",
        "--help",
        "--stage",
        "@file",
        "*",
        "~",
    ),
    *(
        "é",
        "\u0301",
        "ﬁ",
        "ß",
        "İ",
        "Łódź",
        "日本語",
        "😀",
        "\u202egnp.exe",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\ufffe",
        "\x7f",
    ),
    *("\ud800", "a\udfffb", "\ud83d\ud83d", "\x1b[2J", "\x85", "\x00a", "٣", "²", "１２", "Ⅻ", "½"),
    *(
        "null",
        "true",
        "NaN",
        "undefined",
        "[object Object]",
        '{"id":1}',
        "[1]",
        '"quoted"',
        "<script>alert(1)</script>",
    ),
    *("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "http://169.254.169.254/", "file:///etc/passwd", "s3://bucket/key"),
    *("arn:aws:s3:::another", "a" * 63, "a" * 300, "日" * 3_000, "../" * 200, "%25" * 200, "x\0" * 100),
)
NUMBERS = (
    *(
        "0",
        "-0",
        "-1",
        "1",
        "550",
        "1.0",
        "1.5",
        "1e0",
        "1E+2",
        "550.0",
        "1e400",
        "-1e400",
        "1e-400",
        "0.1e1",
        "5e-324",
    ),
    *("2147483647", "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808"),
    *("18446744073709551616", "12345678901234567890", "-9223372036854775809", "9" * 40, "9" * 310, "9" * 5_000),
    *("NaN", "Infinity", "-Infinity", "0x10", "01", "1.", ".5", "+1", "1e", "1_000", "--1", "0b1", "1,5", "٣"),
)
OTHERS = (
    *(
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[1]",
        "[null]",
        "[[]]",
        '{"a":1}',
        '{"id":550}',
        '{"":0}',
        '{"__proto__":{}}',
    ),
    *('"550"', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\u12"', '"\\x41"', '"\\/"', '"[1]"', '"{\\"id\\":1}"'),
    *("[1,2", '{"a"', "tru", "nul", "'a'", "undefined", "/*x*/1", "1//x", "[1,]", '{"a":1,}', "[,1]", '"a\nb"', '"\t"'),
)
DEPTHS = (2, 20, 100, 1_000, 20_000)


def text(random: Random) -> str:
    """A text that somebody might stumble over, or several in a row."""
    if random.randrange(4):
        return random.choice(TEXTS)
    return "".join(random.choices(TEXTS, k=random.randrange(2, 4)))


def value(random: Random) -> str:
    """One value as JSON has it, or nearly."""
    kind = random.randrange(10)
    if kind < 4:
        return random.choice(NUMBERS)
    if kind < 7:
        return random.choice(OTHERS)
    if kind < 9:
        return json.dumps(text(random), ensure_ascii=random.random() < 0.5)
    depth, (start, end) = random.choice(DEPTHS), random.choice([("[", "]"), ('{"a":', "}"), ('[{"id":', "}]")])
    return start * depth + "1" + end * random.choice([depth, depth, depth - 1, 0])


def document(random: Random, sample: Any) -> str:
    """The JSON of `sample` with something hostile done to it; now and then nothing at all, or nothing is left."""
    made = random.choices((_changed, _around, _torn, _garbage, _whole), weights=(60, 10, 16, 6, 8))[0](random, sample)
    return random.choice(ENDS)(made) if random.randrange(12) == 0 else made


def _whole(random: Random, sample: Any) -> str:
    return json.dumps(sample, ensure_ascii=random.random() < 0.5)


def _changed(random: Random, sample: Any) -> str:
    """Another value, key, or both in some place; a key twice; a place that is gone."""
    body = json.loads(json.dumps(sample))
    container, key = random.choice(places(body) or [({"": body}, "")])
    match random.randrange(8):
        case 0 if isinstance(container, dict):
            del container[key]
        case 1 if isinstance(container, dict):
            container[text(random)] = container.pop(key)
        case 2 if isinstance(container, dict):
            told = json.dumps(container[key])
            container[key] = "@@"
            pair = f"{value(random)},{json.dumps(key)}:{random.choice([told, value(random)])}"
            return json.dumps(body).replace('"@@"', pair, 1)
        case 3 if isinstance(container, list):
            container *= random.choice([0, 2, 51, 1_000])
        case 4 if isinstance(container, dict):
            container[random.choice(["extra", "v", "id", "ids", "key", *TEXTS[:8]])] = random.choice([None, 1, "x", []])
        case _:
            container[key] = "@@"
            return json.dumps(body, ensure_ascii=random.random() < 0.5).replace('"@@"', value(random), 1)
    return json.dumps(body)


def _around(random: Random, sample: Any) -> str:
    """JSON in JSON, in a list, in an envelope; twice; after a BOM; with blanks."""
    whole = _changed(random, sample) if random.randrange(2) else json.dumps(sample)
    ways: tuple[Callable[[], str], ...] = (
        lambda: json.dumps(whole),
        lambda: f"[{whole}]",
        lambda: f'{{"Records":[{{"body":{json.dumps(whole)}}}]}}',
        lambda: f'{{"detail":{whole}}}',
        lambda: whole + whole,
        lambda: "\ufeff" + whole,
        lambda: " " * random.choice([1, 70_000]) + whole,
        lambda: whole.replace('"', "'"),
        lambda: whole.replace(",", ", /* */ "),
    )
    return random.choice(ways)()


def _torn(random: Random, sample: Any) -> str:
    """Cut, or with a few characters in the wrong place."""
    whole = json.dumps(sample)
    at = random.randrange(len(whole) + 1)
    put = random.choice(["", "", random.choice(TEXTS), chr(random.randrange(0x110000)), whole[:at]])
    return whole[:at] + put + whole[at + random.choice([0, 1, len(whole)]) :]


def _garbage(random: Random, _: Any) -> str:
    return random.choice([value, text])(random)


ENDS: tuple[Callable[[str], str], ...] = (
    lambda made: made + "\0",
    lambda made: made + "\n{}",
    lambda made: made + " " * 70_000,
    lambda made: "\0" + made,
    lambda made: "<html>" + made,
)


def raw(random: Random, made: str) -> bytes:
    """The bytes of a text: mostly UTF-8, surrogates included, sometimes UTF-16, sometimes damaged."""
    data = made.encode("utf-16" if random.randrange(30) == 0 else "utf-8", "surrogatepass")
    if data and random.randrange(12) == 0:
        at = random.randrange(len(data))
        data = data[:at] + random.randbytes(random.randrange(4)) + data[at + random.randrange(3) :]
    return data
