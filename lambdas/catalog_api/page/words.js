/** Numbers and times in the words of who reads them. */

const UNITS = /** @type {const} */ ([
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]);
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" });
const DOLLARS = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const REGIONS = new Intl.DisplayNames("en", { type: "region" });
const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

/**
 * How long ago: "3 hours ago".
 * @param {number} then Unix seconds
 * @param {number} now Unix seconds
 */
export function ago(then, now) {
  const seconds = Math.max(0, now - then);
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
  return RELATIVE.format(-Math.floor(seconds / length), unit);
}

/** @param {number} number */
export const seconds = (number) => (number === 1 ? "a second" : `${count(number)} seconds`);

/** @param {number} number */
export const count = (number) => number.toLocaleString("en");

/** @param {number} dollars */
export const money = (dollars) => DOLLARS.format(dollars);

/** @param {number} minutes */
export const duration = (minutes) =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;

/**
 * A date of TMDB's in words; what is no date stays as it is.
 * @param {string} text
 */
export function date(text) {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(day) ? text : DATE.format(day);
}

/** @param {string} code */
export const region = (code) => named(REGIONS, code);

/** @param {string} code */
export const language = (code) => named(LANGUAGES, code);

/** @param {Intl.DisplayNames} names @param {string} code */
function named(names, code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // no code at all
  }
}
