/**
 * Reads protobuf messages by the schema that is generated from proto/: https://protobuf.dev/programming-guides/encoding/
 *
 * A message becomes a plain object under the fields' own names. A field that was not sent is missing, a list is always
 * there. Fields that the schema does not know are passed over, so an older page reads newer objects.
 */

import { BadObject } from "./frame.js";

/**
 * A field: its name, its type (a scalar's or a message's), and what it is of: one value, a list, or a map.
 * @typedef {readonly [name: string, type: string, rule?: "list" | "map"]} Field
 * @typedef {Readonly<Record<string, Readonly<Record<number, Field>>>>} Schema
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The message `name` of `schema` in `bytes`. Throws BadObject.
 * @param {Schema} schema
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function decode(schema, name, bytes) {
  try {
    return readMessage(schema, name, new Reader(bytes), {});
  } catch (error) {
    if (error instanceof TypeError) throw new BadObject(`text in a ${name} is not UTF-8`, { cause: error });
    throw error;
  }
}

/** @param {Schema} schema @param {string} name @param {Reader} reader @param {any} message */
function readMessage(schema, name, reader, message) {
  const fields = schema[name];
  for (const [field, , rule] of Object.values(fields)) {
    if (rule) message[field] ??= rule === "list" ? [] : Object.create(null);
  }
  while (!reader.done) {
    const tag = reader.varint();
    const wire = Number(tag & 7n);
    const known = fields[Number(tag >> 3n)];
    if (known) readField(schema, known, wire, reader, message);
    else reader.skip(wire);
  }
  return message;
}

/** @param {Schema} schema @param {Field} field @param {number} wire @param {Reader} reader @param {any} message */
function readField(schema, [name, type, rule], wire, reader, message) {
  if (type in schema) {
    const part = new Reader(reader.bytes(wire));
    if (rule === "map") {
      const { key, value } = readMessage(schema, type, part, {});
      message[name][key] = value;
    } else if (rule === "list") {
      message[name].push(readMessage(schema, type, part, {}));
    } else {
      message[name] = readMessage(schema, type, part, message[name] ?? {});
    }
  } else if (rule === "list" && wire === BYTES && type !== "string") {
    const packed = new Reader(reader.bytes(wire));
    while (!packed.done) message[name].push(packed.scalar(type, type === "double" ? FIXED64 : VARINT));
  } else if (rule === "list") {
    message[name].push(reader.scalar(type, wire));
  } else {
    message[name] = reader.scalar(type, wire);
  }
}

/** A position in some bytes. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.all = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  get done() {
    return this.at >= this.all.length;
  }

  /** @param {number} length */
  take(length) {
    const from = this.at;
    if (!(length <= this.all.length - from)) throw new BadObject("a message is cut short");
    this.at += length;
    return from;
  }

  varint() {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.all[this.take(1)];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new BadObject("a number has no end");
  }

  /** @param {number} wire */
  bytes(wire) {
    if (wire !== BYTES) throw new BadObject("a field is of another type");
    const length = Number(this.varint());
    const from = this.take(length);
    return this.all.subarray(from, from + length);
  }

  /**
   * Numbers beyond 2^53, which no field of TMDB's reaches, lose their last digits.
   * @param {string} type
   * @param {number} wire
   */
  scalar(type, wire) {
    if (type === "string") return UTF8.decode(this.bytes(wire));
    if (wire !== (type === "double" ? FIXED64 : VARINT)) throw new BadObject("a field is of another type");
    switch (type) {
      case "double":
        return this.view.getFloat64(this.take(8), true);
      case "bool":
        return this.varint() !== 0n;
      case "int32":
        return Number(BigInt.asIntN(32, this.varint()));
      case "int64":
        return Number(BigInt.asIntN(64, this.varint()));
      default:
        throw new BadObject(`the schema has a type ${type}, which nobody reads yet`);
    }
  }

  /** @param {number} wire */
  skip(wire) {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.take(8);
    else if (wire === BYTES) this.bytes(wire);
    else if (wire === FIXED32) this.take(4);
    else throw new BadObject("a field is of no type that there is");
  }
}
