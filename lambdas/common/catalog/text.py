"""How the catalog compares words: one form of a text in which case, accents and ligatures make no difference.

Every text that is searched, and every term that is searched for, goes through `normalise` and nothing else. Letters
that Unicode does not take apart are spelled as letters.txt says, like Postgres's `unaccent`, which a test asks itself.
"""

import re
import unicodedata
from pathlib import Path

_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Accents of Latin, Greek and Cyrillic; the marks of other scripts are letters and stay."""
_CONTROLS = dict.fromkeys((*range(9), *range(14, 28), 127))
_LETTERS = str.maketrans(
    dict(line.split() for line in Path(__file__).with_name("letters.txt").read_text(encoding="utf-8").splitlines())
)


def normalise(text: str) -> str:
    """`text` as it is compared: "Łódź" and "LODZ" are both "lodz". Idempotent; spaces are single and never outside."""
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = unicodedata.normalize("NFC", _MARKS.sub("", folded).translate(_LETTERS))
    return " ".join(text.casefold().translate(_CONTROLS).split())
