/** Reads objects with the page's own code: base64 in, a line each; out comes what each holds, or why it is refused. */

import { readFileSync } from "node:fs";

import { BadObject, unpack } from "../../lambdas/catalog_api/page/frame.js";
import { decode } from "../../lambdas/catalog_api/page/protobuf.js";
import { SCHEMA } from "../../lambdas/catalog_api/page/schema.js";
import { xxh32 } from "../../lambdas/catalog_api/page/xxh32.js";

const readers = {
  movie: (bytes) => decode(SCHEMA, "Movie", unpack(bytes)),
  frame: (bytes) => Buffer.from(unpack(bytes)).toString("base64"),
  xxh32,
};
const read = readers[process.argv[2]];
const answers = readFileSync(0, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    try {
      return { read: read(new Uint8Array(Buffer.from(line, "base64"))) };
    } catch (error) {
      if (error instanceof BadObject) return { refused: error.message };
      throw error;
    }
  });
process.stdout.write(JSON.stringify(answers));
