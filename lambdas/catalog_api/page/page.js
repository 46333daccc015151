/**
 * The page: the form and the address say what is asked, the catalog answers, the edge shows one title.
 *
 *   form <-> address (?title=...)  ->  catalog  ->  list
 *   address (#movie/550)           ->  edge     ->  dialog
 */

import { NoAnswer, search } from "./catalog.js";
import { content, notice } from "./detail.js";
import { NoTitle, readMovie } from "./edge.js";
import { element } from "./elements.js";
import { FIELDS, GENRES, chosen, objection, read, write } from "./query.js";
import { found, ghosts, row, step } from "./results.js";

const TYPING = 200; // milliseconds of silence after which what was typed is asked for

/** @template {HTMLElement} T @param {string} id @param {{ new (): T }} kind @returns {T} */
function the(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${id}`);
  return found;
}

const form = the("query", HTMLFormElement);
const title = the("title", HTMLInputElement);
const status = the("status", HTMLParagraphElement);
const list = the("movies", HTMLOListElement);
const clear = the("clear", HTMLButtonElement);
const more = the("more", HTMLButtonElement);
const dialog = the("detail", HTMLDialogElement);
const edge = document.querySelector("meta[name=edge-url]")?.getAttribute("content") ?? "";
const country = new Intl.Locale(navigator.language).maximize().region ?? "US";
const name = document.title;
const now = () => Math.floor(Date.now() / 1000);

let asked = new AbortController();
let opened = new AbortController();
let timer = 0;
/** @type {string | undefined} */
let next;

/** @param {() => void} what @param {number} milliseconds */
function later(what, milliseconds) {
  clearTimeout(timer);
  timer = window.setTimeout(what, milliseconds);
}

/** Ask for the first page of what the form says, or for the page after those that are shown. */
async function ask({ further = false } = {}) {
  clearTimeout(timer);
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  const query = read(new FormData(form));
  clear.hidden = write(query) === "";
  const refused = objection(query);
  if (refused) {
    status.textContent = refused;
    list.removeAttribute("aria-busy"); // whatever was on its way has just been given up
    return;
  }
  if (!further) more.hidden = true; // it goes on with what is shown, which something else was asked for
  list.setAttribute("aria-busy", "true");
  try {
    const page = await search(query, further ? next : undefined, signal);
    const rows = page.movies.map((movie) => row(movie, now()));
    if (further) list.append(...rows);
    else list.replaceChildren(...rows);
    next = page.next;
    status.textContent = found(list.children.length, page);
    if (further) rows[0]?.querySelector("a")?.focus();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof NoAnswer)) throw error;
    status.textContent = error.message;
    if (error.retryAfter) return later(() => ask({ further }), 1000 * error.retryAfter);
    next = undefined;
  }
  more.hidden = next === undefined;
  list.removeAttribute("aria-busy");
}

/** Let the form say what the address says. */
function fillForm() {
  const query = read(new URLSearchParams(location.search));
  for (const field of FIELDS) {
    const input = form.elements.namedItem(field);
    if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = query[field] ?? "";
  }
}

/** Let the address say what the form says, and ask once the typing pauses. */
function formChanged() {
  history.replaceState(null, "", `${location.pathname}${write(read(new FormData(form)))}`);
  later(ask, TYPING);
}

/** Show the title that the address names, or none. */
async function show() {
  const id = chosen(location.hash);
  opened.abort();
  if (id === undefined) {
    document.title = name;
    if (dialog.open) dialog.close();
    return;
  }
  opened = new AbortController();
  const { signal } = opened;
  fillDialog(notice("Reading it from the edge"));
  if (!dialog.open) dialog.showModal();
  try {
    const found = await readMovie(edge, id, signal);
    fillDialog(content(found, { now: now(), country }));
    document.title = `${found.movie.title} – ${name}`;
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof NoTitle)) throw error;
    fillDialog(notice(error.message, true));
  }
}

/** @param {(Node | string)[]} parts */
function fillDialog(parts) {
  const close = element("button", { type: "submit", class: "close", "aria-label": "Close" }, "×");
  dialog.replaceChildren(element("form", { method: "dialog" }, close), ...parts.filter((part) => part !== ""));
  dialog.scrollTop = 0;
  dialog.querySelector("h2")?.focus();
}

/** @param {KeyboardEvent} event */
function keyPressed(event) {
  if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    title.select();
  } else if (!typing || (event.target === title && event.key === "ArrowDown")) {
    const links = [...list.querySelectorAll("a")];
    const link = links.length > 0 && step(event.key, links, document.activeElement);
    if (link) {
      event.preventDefault();
      link.focus();
    }
  }
}

form.addEventListener("input", formChanged);
form.addEventListener("reset", () => {
  setTimeout(formChanged); // the fields are empty only after the event
  title.focus(); // the button that had it goes
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
more.addEventListener("click", () => ask({ further: true }));
dialog.addEventListener("close", () => {
  // The dialog gives the focus back; only the address still names the title.
  if (chosen(location.hash) !== undefined) history.pushState(null, "", `${location.pathname}${location.search}`);
  document.title = name;
  opened.abort();
});
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
document.addEventListener("keydown", keyPressed);
window.addEventListener("popstate", () => {
  const query = read(new URLSearchParams(location.search));
  if (write(query) !== write(read(new FormData(form)))) {
    fillForm();
    ask();
  }
  show();
});

the("genres", HTMLDataListElement).append(...GENRES.map((genre) => element("option", { value: genre })));
list.append(...ghosts());
fillForm();
ask();
show();
