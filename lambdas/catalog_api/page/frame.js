/**
 * The outermost layer of an edge object: exactly one lz4 frame, with checksums of its blocks and of its content.
 *
 * What lambdas/common/frame.py packs is unpacked here, and what that refuses is refused here too: bytes that anybody
 * may have touched are never taken for a title. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */

import { xxh32 } from "./xxh32.js";

/** The most bytes that are unpacked. */
export const LIMIT = 32 * 1024 * 1024;

/** Magic number; independent blocks with checksums, size and checksum of the content; blocks of 64 KB. */
const HEADER = [0x04, 0x22, 0x4d, 0x18, 0x7c, 0x40];
const SIZE_AT = 6;
const HEADER_CHECKSUM_AT = 14;
const BLOCKS_AT = 15;
const BLOCK = 64 * 1024;
const STORED = 0x80000000;

/** These bytes are not an object of ours: cut, changed, or too large. */
export class BadObject extends Error {}

/**
 * What the frame `blob` holds. Throws BadObject.
 * @param {Uint8Array} blob
 * @param {number} limit
 * @returns {Uint8Array}
 */
export function unpack(blob, limit = LIMIT) {
  if (blob.length < BLOCKS_AT || HEADER.some((byte, at) => blob[at] !== byte)) {
    throw new BadObject("not an lz4 frame, or one of another kind");
  }
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const size = view.getUint32(SIZE_AT, true) + view.getUint32(SIZE_AT + 4, true) * 2 ** 32;
  if (((xxh32(blob.subarray(4, HEADER_CHECKSUM_AT)) >>> 8) & 0xff) !== blob[HEADER_CHECKSUM_AT]) {
    throw new BadObject("the frame's header is damaged");
  }
  if (size > limit) throw new BadObject(`unpacks to more than ${limit} bytes`);

  const content = new Uint8Array(size);
  let from = BLOCKS_AT;
  let to = 0;
  const word = () => {
    if (from + 4 > blob.length) throw new BadObject("the frame is cut short");
    from += 4;
    return view.getUint32(from - 4, true);
  };
  for (let header = word(); header !== 0; header = word()) {
    const length = header & ~STORED;
    const block = blob.subarray(from, from + length);
    if (block.length < length) throw new BadObject("the frame is cut short");
    from += length;
    if (word() !== xxh32(block)) throw new BadObject("a block of the frame is damaged");
    const room = content.subarray(to, to + BLOCK);
    to += header & STORED ? copy(block, room) : unpackBlock(block, room);
  }
  if (word() !== xxh32(content)) throw new BadObject("the frame's content is damaged");
  if (to !== size || from !== blob.length) throw new BadObject("the frame is not as long as it says");
  return content;
}

/** @param {Uint8Array} block @param {Uint8Array} room @returns {number} bytes written */
function copy(block, room) {
  if (block.length > room.length) throw new BadObject("a block holds more than it may");
  room.set(block);
  return block.length;
}

/**
 * Unpack one block, which refers to nothing but itself. Returns the number of bytes written.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 * @param {Uint8Array} block
 * @param {Uint8Array} room
 * @returns {number}
 */
function unpackBlock(block, room) {
  let from = 0;
  let to = 0;
  /** @param {number} nibble */
  const length = (nibble) => {
    let total = nibble;
    if (nibble === 15) {
      let more;
      do {
        if (from >= block.length) throw new BadObject("a block is cut short");
        more = block[from++];
        total += more;
      } while (more === 255);
    }
    return total;
  };
  while (from < block.length) {
    const token = block[from++];
    const literals = length(token >>> 4);
    if (from + literals > block.length || to + literals > room.length) {
      throw new BadObject("a block holds more than it may");
    }
    room.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) return to; // the last sequence has literals only
    if (from + 2 > block.length) throw new BadObject("a block is cut short");
    const back = block[from] | (block[from + 1] << 8);
    from += 2;
    const end = to + length(token & 15) + 4;
    if (back === 0 || back > to || end > room.length) throw new BadObject("a block refers to what is not there");
    for (; to < end; to++) room[to] = room[to - back]; // byte by byte: what is copied may be what was just written
  }
  throw new BadObject("a block ends within a sequence");
}
