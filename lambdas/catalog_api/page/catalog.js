/** The catalog's search API, which this page lies beside. */

import { seconds } from "./words.js";

/**
 * @typedef {import("./types.d.ts").CatalogMovie} CatalogMovie
 * @typedef {import("./types.d.ts").CatalogPage} CatalogPage
 */

/** The catalog did not answer with movies; the message is a sentence for people. */
export class NoAnswer extends Error {
  /** @param {string} message @param {number} retryAfter seconds until it is worth asking again; 0 for never */
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/**
 * One page of movies. Throws NoAnswer, and what an aborted fetch throws.
 * @param {import("./query.js").Query} query
 * @param {string | undefined} cursor of the page before
 * @param {AbortSignal} signal
 * @returns {Promise<CatalogPage>}
 */
export async function search(query, cursor, signal) {
  const parameters = new URLSearchParams({ ...query, ...(cursor && { cursor }) });
  let answer;
  try {
    answer = await fetch(`movies?${parameters}`, { headers: { Accept: "application/json" }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw later("The catalog cannot be reached.");
  }
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 503 || answer.status === 429) {
    const wait = Number(answer.headers.get("Retry-After")); // the API's own; a gateway says neither when nor why
    throw later(wait ? said.message : "The catalog has too much to do.", wait || undefined);
  }
  throw new NoAnswer(said.message ?? `The catalog answered with status ${answer.status}.`);
}

/** @param {string} sentence @param {number} wait seconds */
const later = (sentence, wait = 5) => new NoAnswer(`${sentence} Asking again in ${seconds(wait)}.`, wait);
