/** A title in full, from its object at the edge. */

import { element, image, link } from "./elements.js";
import { ago, count, date, duration, language, money, region } from "./words.js";

/** @typedef {import("./types.d.ts").Movie} Movie */

const SHOWN_CAST = 12;
const SILENT = "xx"; // TMDB's language of movies without one
const OFFERS = /** @type {const} */ ([
  ["flatrate", "Stream"],
  ["flatrate_and_buy", "Stream or buy"],
  ["free", "Free"],
  ["ads", "With ads"],
  ["rent", "Rent"],
  ["buy", "Buy"],
]);

/**
 * The content of the dialog while nothing else is known.
 * @param {string} sentence
 * @param {boolean} failed
 */
export function notice(sentence, failed = false) {
  return [heading("Movie"), element("p", { role: failed ? "alert" : "status" }, sentence)];
}

/**
 * The content of the dialog.
 * @param {import("./edge.js").Read} read
 * @param {{ now: number, country: string }} reader Unix seconds, and the country whose offers come first
 */
export function content({ movie, url, bytes }, { now, country }) {
  const title = movie.title ?? "";
  const year = movie.release_date?.slice(0, 4);
  return [
    heading(title, year ? ` (${year})` : ""),
    movie.tagline ? element("p", { class: "tagline", dir: "auto" }, movie.tagline) : "",
    element(
      "div",
      { class: "columns" },
      image(movie.poster_path, "w500", title),
      element(
        "div",
        {},
        element("ul", { class: "genres" }, ...movie.genres.map(({ name }) => element("li", {}, name))),
        movie.overview ? element("p", { class: "overview", dir: "auto" }, movie.overview) : "",
        facts(movie),
        links(movie),
      ),
    ),
    ...cast(movie),
    ...providers(movie, country),
    element(
      "p",
      { class: "source" },
      `Fetched ${ago(movie.meta?.fetched_at ?? 0, now)} from ${movie.meta?.source}. `,
      "No API was asked for this: your browser read ",
      link(url, `${count(bytes)} bytes at the edge`),
      " and decoded them.",
    ),
  ];
}

/** @param {string} title @param {string} [rest] */
function heading(title, rest = "") {
  return element("h2", { id: "detail-title", tabindex: -1 }, title, rest && element("span", {}, rest));
}

/** @param {Movie} movie */
function facts(movie) {
  const directors = movie.credits?.crew.filter(({ job }) => job === "Director").map(({ name }) => name);
  const votes = movie.vote_count && `${(movie.vote_average ?? 0).toFixed(1)} of 10 from ${count(movie.vote_count)} votes`;
  /** @type {[string, string | number | undefined | false][]} */
  const rows = [
    ["Directed by", directors?.join(", ")],
    ["Released", movie.release_date && date(movie.release_date)],
    ["Status", movie.status !== "Released" && movie.status],
    ["Runtime", movie.runtime && duration(movie.runtime)],
    ["Rating", votes],
    ["Original title", movie.original_title !== movie.title && movie.original_title],
    ["Language", movie.original_language && movie.original_language !== SILENT && language(movie.original_language)],
    ["From", movie.origin_country.map(region).join(", ")],
    ["Part of", movie.belongs_to_collection?.name],
    ["Budget", movie.budget && money(movie.budget)],
    ["Revenue", movie.revenue && money(movie.revenue)],
    ["Popularity", movie.popularity?.toFixed(1)],
  ];
  const known = rows.filter(([, value]) => value);
  return element(
    "dl",
    {},
    ...known.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))),
  );
}

/** @param {Movie} movie */
function links(movie) {
  const trailer = movie.videos?.results.find(({ site, type, key }) => site === "YouTube" && type === "Trailer" && key);
  const imdb = movie.imdb_id && /^tt\d+$/.test(movie.imdb_id) && movie.imdb_id;
  return element(
    "p",
    { class: "links" },
    link(`https://www.themoviedb.org/movie/${movie.id}`, "TMDB"),
    imdb && link(`https://www.imdb.com/title/${imdb}/`, "IMDb"),
    trailer && link(`https://www.youtube.com/watch?v=${encodeURIComponent(trailer.key ?? "")}`, "Trailer"),
    movie.homepage && link(movie.homepage, "Homepage"),
  );
}

/** @param {Movie} movie */
function cast(movie) {
  const all = movie.credits?.cast ?? [];
  if (all.length === 0) return [];
  const people = all.slice(0, SHOWN_CAST).map((person) =>
    element(
      "li",
      {},
      image(person.profile_path, "w185", person.name ?? ""),
      element("span", { class: "name" }, person.name),
      person.character && element("span", { class: "as" }, `as ${person.character}`),
    ),
  );
  const others = all.length - people.length;
  return [
    element("h3", {}, "Cast"),
    element("ul", { class: "people" }, ...people),
    others > 0 ? element("p", {}, `and ${count(others)} more`) : "",
  ];
}

/** @param {Movie} movie @param {string} country */
function providers(movie, country) {
  const offers = movie.watch_providers?.results ?? {};
  const where = [country, ...Object.keys(offers).sort()].find((code) => code in offers);
  if (where === undefined) return [];
  const ways = OFFERS.filter(([way]) => offers[where][way].length > 0).map(([way, name]) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      element("dd", {}, offers[where][way].map(({ provider_name }) => provider_name).join(", ")),
    ),
  );
  if (ways.length === 0) return [];
  return [
    element("h3", {}, `Where to watch in ${region(where)}`),
    element("dl", { class: "offers" }, ...ways),
    element("p", { class: "source" }, "Watch providers by ", link("https://www.justwatch.com/", "JustWatch"), "."),
  ];
}
