"""What a title's content is: the digest of its bodies, by which an unchanged one is known and not stored again."""

import hashlib
import re
from collections.abc import Callable, Iterable

from lambdas.common.codec import SCHEMA_VERSION

Digest = Callable[[Iterable[bytes]], str]
"""16 hex digits of some bodies as TMDB sent them; other bodies have others."""


def content_digest(volatile: Iterable[str] = ()) -> Digest:
    """A Digest that looks away from fields with these names, at any depth, when their values are numbers.

    It works on the text of the bodies, which is quicker than on their messages and errs on one side alone: the same
    content written in another order counts as changed. Names cannot be mistaken for text, where quotes are escaped.
    """
    names = [name.strip() for name in volatile if name.strip()]
    for name in names:
        if not re.fullmatch(r"[a-z_]+", name):
            raise ValueError(f"{name!r} cannot be the name of a volatile field")
    field = re.compile(rf'"(?:{"|".join(names)})":(?:"[0-9.eE+-]*"|[0-9.eE+-]+|null)'.encode()) if names else None

    def digest(bodies: Iterable[bytes]) -> str:
        content = hashlib.sha256(str(SCHEMA_VERSION).encode())
        for body in bodies:
            content.update(field.sub(b"", body) if field else body)
        return content.hexdigest()[:16]

    return digest
