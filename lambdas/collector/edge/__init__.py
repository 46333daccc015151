"""The edge: where finished objects lie and apps read them. Bunny Edge Storage or S3, one after the other's pattern."""

from typing import Protocol

from lambdas.common.errors import Retry


class EdgeDown(Retry):
    """The store did not do it after several tries: an outage, never the id's fault, so it costs the id no attempt."""


class TooOld(Retry):
    """The body got too old on its way to a store that cannot tell an older write from a newer: fetch it again."""


class Edge(Protocol):
    """A store of small objects. Keys come from `lambdas.common.edge_keys`.

    Every method raises EdgeDown when the store does not answer well, StopTheLine when it refuses our credentials.
    """

    async def holds(self, key: str, digest: str, *, fetched_at: int) -> bool:
        """Whether the object is there with this content already, and not so old that it has to be written again.

        Always False where asking costs more than writing.
        """

    async def put(self, key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        """Store `blob` whole. What was fetched after `fetched_at` (Unix seconds) stays.

        A store that cannot tell raises TooOld rather than put what was fetched a while ago. `digest` is remembered
        for `holds`.
        """

    async def get(self, key: str) -> bytes | None:
        """The object, None when there is none."""

    async def delete(self, key: str) -> None:
        """Remove the object, if it is there."""

    async def list(self, folder: str) -> list[str]:
        """The keys of all objects at any depth below `folder` (no trailing slash)."""
