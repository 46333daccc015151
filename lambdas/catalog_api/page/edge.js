/** Titles as they lie at the edge: one file each, fetched from the CDN and decoded here, with no API in between. */

import { BadObject, unpack } from "./frame.js";
import { decode } from "./protobuf.js";
import { SCHEMA } from "./schema.js";

/**
 * @typedef {import("./types.d.ts").Movie} Movie
 * @typedef {{ movie: Movie, url: string, bytes: number }} Read a title, where it was read from, and how long that is
 */

/** A title cannot be shown; the message is a sentence for people. */
export class NoTitle extends Error {}

/**
 * The movie with this TMDB id. Throws NoTitle, and what an aborted fetch throws.
 * @param {string} edge URL of the edge
 * @param {number} id
 * @param {AbortSignal} signal
 * @returns {Promise<Read>}
 */
export async function readMovie(edge, id, signal) {
  const url = `${edge.replace(/\/+$/, "")}/movie/${id}.pb.lz4`;
  const blob = await load(url, signal);
  try {
    const movie = /** @type {Movie} */ (decode(SCHEMA, "Movie", unpack(blob)));
    if (movie.meta?.dataset !== "movie" || movie.id !== id) throw new BadObject("it is another title's object");
    return { movie, url, bytes: blob.length };
  } catch (error) {
    if (!(error instanceof BadObject)) throw error;
    throw new NoTitle(`What lies at the edge is no movie: ${error.message}.`, { cause: error });
  }
}

/** @param {string} url @param {AbortSignal} signal */
async function load(url, signal) {
  let answer;
  try {
    answer = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    if (signal.aborted) throw error;
    throw new NoTitle(`The edge cannot be reached at ${url}.`, { cause: error });
  }
  if (answer.status === 404 || answer.status === 403) throw new NoTitle("This title is not at the edge, or no longer.");
  throw new NoTitle(`The edge answered with status ${answer.status}.`);
}
