/** What is asked for, as the form has it and as the address of the page has it: both say the same at any time. */

export const FIELDS = /** @type {const} */ (["title", "actor", "year", "genre", "sort"]);

/** @typedef {Partial<Record<typeof FIELDS[number], string>>} Query only what is given */

/** Genres that TMDB gives its movies, to choose from; any other may be typed. */
export const GENRES = [
  ..."Action,Adventure,Animation,Comedy,Crime,Documentary,Drama,Family,Fantasy,History,Horror,Music,Mystery".split(","),
  ..."Romance,Science Fiction,TV Movie,Thriller,War,Western".split(","),
];

/**
 * The query in a page's address, or in a form's data.
 * @param {URLSearchParams | FormData} source
 * @returns {Query}
 */
export function read(source) {
  const given = FIELDS.map((name) => [name, String(source.get(name) ?? "").trim()]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/**
 * The same as the part of an address after its path: "?title=heat", or "" for no query.
 * @param {Query} query
 */
export function write(query) {
  const text = new URLSearchParams(query).toString();
  return text && `?${text}`;
}

/**
 * What keeps a query from being asked, in a sentence; "" for nothing.
 * @param {Query} query
 */
export function objection(query) {
  for (const name of /** @type {const} */ (["title", "actor", "genre"])) {
    if (query[name] && [...query[name]].length < SHORTEST) return `Type at least ${SHORTEST} letters of the ${name}.`;
  }
  return query.year && !/^\d{4}$/.test(query.year) ? "Type all four digits of the year." : "";
}

/** The fewest letters that the catalog looks for. */
const SHORTEST = 2;

/**
 * The TMDB id in the address's fragment, as in #movie/550.
 * @param {string} hash
 * @returns {number | undefined}
 */
export function chosen(hash) {
  const found = /^#movie\/([1-9]\d{0,9})$/.exec(hash);
  return found ? Number(found[1]) : undefined;
}
