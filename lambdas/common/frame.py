"""The outermost layer of an edge object: exactly one lz4 frame, with checksums of its content and of its blocks.

Reading is for bytes that anybody may have touched: nothing is unpacked past a limit, and every change is noticed. The
content's checksum does not see those that leave the content as it was, for lz4 can write the same in several ways; the
blocks' does. The header's has 8 bits only, so the header is compared with the only one there is, and the size with what
came out. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
"""

import lz4.frame

LIMIT = 32 * 1024 * 1024
"""The most bytes that are unpacked: twice the largest body, more than it can become."""

_HEADER = b"\x04\x22\x4d\x18\x7c\x40"
"""lz4's magic number; independent blocks with checksums, size and checksum of the content; blocks of 64 KB."""
_SIZE = slice(6, 14)


class BadBlob(ValueError):
    """These bytes are not an object of ours: cut, changed, too large, or of another dataset."""


def pack(data: bytes) -> bytes:
    """Put one lz4 frame around `data`, which is not empty."""
    packed: bytes = lz4.frame.compress(
        data, compression_level=0, block_linked=False, block_checksum=True, content_checksum=True
    )
    return packed


def unpack(blob: bytes, limit: int = LIMIT) -> bytes:
    """Return what `pack` was given. Raises BadBlob for anything else, and for over `limit` bytes."""
    if not blob.startswith(_HEADER):
        raise BadBlob("not an lz4 frame, or one of another kind")
    size = int.from_bytes(blob[_SIZE], "little")
    if size > limit:
        raise BadBlob(f"unpacks to more than {limit} bytes")
    frame = lz4.frame.LZ4FrameDecompressor()
    try:
        data: bytes = frame.decompress(blob, max_length=size + 1)
    except (RuntimeError, ValueError) as error:
        raise BadBlob(f"not an lz4 frame, or a damaged one: {error}") from error
    if not frame.eof or len(data) != size:
        raise BadBlob("the lz4 frame is cut short, or not as long as it says")
    if frame.unused_data:
        raise BadBlob("something follows the lz4 frame")
    return data
