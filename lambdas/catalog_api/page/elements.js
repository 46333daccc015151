/** Makes elements. Text only ever becomes text: nothing from a title or a name is read as HTML. */

/**
 * An element with its attributes and children; a child that is false, undefined or "" is left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined>} attributes `true` sets one without a value
 * @param {...(Node | string | false | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * A link to another site, in a tab of its own; only its text when the address is not one of the web.
 * @param {string} href
 * @param {string} text
 */
export function link(href, text) {
  if (!/^https?:\/\//i.test(href)) return text;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

const IMAGES = "https://image.tmdb.org/t/p/";

/**
 * An image of TMDB's beside the words that say the same; what has none, or cannot be loaded, shows its first letter.
 * @param {string | undefined} path as in `poster_path`
 * @param {string} size a width of TMDB's, such as w342
 * @param {string} name
 */
export function image(path, size, name) {
  const frame = element("span", { class: "image", "data-letter": [...name][0] ?? "", "aria-hidden": "true" });
  if (path && /^\/[\w.-]+$/.test(path)) {
    const shown = element("img", { alt: "", loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    shown.addEventListener("error", () => shown.remove());
    shown.src = `${IMAGES}${size}${path}`;
    frame.append(shown);
  }
  return frame;
}
