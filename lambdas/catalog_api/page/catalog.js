/** The catalog's search API, which this page lies beside. */

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
    throw new NoAnswer("The catalog cannot be reached; trying again.", 5);
  }
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 503 || answer.status === 429) {
    const seconds = Number(answer.headers.get("Retry-After")) || 5;
    throw new NoAnswer(`The catalog is waking up; asking again in ${seconds} seconds.`, seconds);
  }
  throw new NoAnswer(said.message ?? `The catalog answered with status ${answer.status}.`);
}
