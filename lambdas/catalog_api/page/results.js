/** The list of what was found. */

import { element, image } from "./elements.js";
import { ago, count } from "./words.js";

/** @typedef {import("./types.d.ts").CatalogMovie} CatalogMovie */

const SHOWN_CAST = 3;

/**
 * A row of the list. A title that lies at the edge leads there.
 * @param {CatalogMovie} movie
 * @param {number} now Unix seconds
 */
export function row(movie, now) {
  const title = movie.title ?? "";
  const { cast, genres } = movie;
  const others = (movie.cast_count ?? cast.length) - Math.min(cast.length, SHOWN_CAST);
  const content = [
    image(movie.poster_path, "w342", title),
    element(
      "span",
      { class: "words" },
      element("span", { class: "name" }, title, movie.year !== undefined && element("span", {}, ` (${movie.year})`)),
      genres.length > 0 && element("span", { class: "genres" }, genres.join(" · ")),
      cast.length > 0 &&
        element(
          "span",
          { class: "cast" },
          `with ${cast.slice(0, SHOWN_CAST).join(", ")}${others > 0 ? ` and ${count(others)} more` : ""}`,
        ),
      element(
        "span",
        { class: "facts" },
        movie.popularity ? element("span", {}, `Popularity ${movie.popularity.toFixed(1)}`) : "",
        movie.fetched_at !== undefined && element("span", {}, `Fetched ${ago(movie.fetched_at, now)}`),
      ),
    ),
  ];
  const card = movie.edge_key
    ? element("a", { class: "card", href: `#movie/${movie.tmdb_id}` }, ...content)
    : element("div", { class: "card" }, ...content);
  return element("li", {}, card);
}

/** What stands where rows will be, until the first ones come. */
export const ghosts = () => Array.from({ length: 10 }, () => element("li", { class: "ghost", "aria-hidden": "true" }));

/**
 * What was found, in a sentence.
 * @param {number} shown
 * @param {import("./types.d.ts").CatalogPage} page the last one of what is shown
 */
export function found(shown, page) {
  if (shown === 0) return "No movie is like that. A shorter part of a word finds more, and so does one filter less.";
  if (!page.next) return shown === 1 ? "One movie" : `${count(shown)} movies`;
  const total = Math.max(page.total ?? 0, shown + 1);
  return `The first ${count(shown)} of ${page.total_is_estimate ? "about " : ""}${count(total)} movies`;
}

/**
 * Where an arrow key leads from one of the list's links; undefined when it leads nowhere.
 * @param {string} key
 * @param {HTMLAnchorElement[]} links
 * @param {Element | null} from
 */
export function step(key, links, from) {
  const at = links.findIndex((link) => link === from);
  if (at < 0) return key === "ArrowDown" ? links[0] : undefined;
  const top = links[0].offsetTop;
  const columns = Math.max(1, links.filter((link) => link.offsetTop === top).length);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  return key in steps ? links[at + steps[/** @type {keyof typeof steps} */ (key)]] : undefined;
}
