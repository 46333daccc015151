"""The outermost layer of an edge object: exactly one lz4 frame with checksums of its content and of its blocks.

The latter notice a change that leaves the content as it was: lz4 can write the same in several ways. Reading is for
bytes that anybody may have touched: nothing is unpacked past a limit, a cut or changed frame is noticed, and nothing
may follow it.
"""

import lz4.frame

LIMIT = 32 * 1024 * 1024
"""The most bytes that are unpacked: twice the largest body, more than it can become."""


class BadBlob(ValueError):
    """These bytes are not an object of ours: cut, changed, too large, or of another dataset."""


def pack(data: bytes) -> bytes:
    """Put one lz4 frame around `data`."""
    packed: bytes = lz4.frame.compress(data, compression_level=0, content_checksum=True, block_checksum=True)
    return packed


def unpack(blob: bytes, limit: int = LIMIT) -> bytes:
    """Return what `pack` was given. Raises BadBlob for anything else, and for over `limit` bytes."""
    frame = lz4.frame.LZ4FrameDecompressor()
    try:
        size = lz4.frame.get_frame_info(blob)["content_size"] or limit  # room for the limit costs twice the unpacking
        data: bytes = frame.decompress(blob, max_length=min(size, limit) + 1)
    except (RuntimeError, ValueError) as error:
        raise BadBlob(f"not an lz4 frame, or a damaged one: {error}") from error
    if len(data) > limit:
        raise BadBlob(f"unpacks to more than {limit} bytes")
    if not frame.eof:
        raise BadBlob("the lz4 frame is cut short, or holds more than it says")
    if frame.unused_data:
        raise BadBlob("something follows the lz4 frame")
    return data
