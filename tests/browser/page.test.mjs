/** What people do on the page. PAGE_URL and EDGE_URL say where page and edge are; movies.py says what is there. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { isClean, open } from "./chromium.mjs";

const { PAGE_URL: PAGE, EDGE_URL: EDGE } = process.env;
const ORIGINS = [new URL(PAGE).origin, new URL(EDGE).origin];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A test on a page of its own, which is clean in the end. */
function on(path, name, steps, { expected, ...options } = {}) {
  test(name, async () => {
    const { page, seen, close } = await open(path.startsWith("about:") ? path : `${PAGE}/${path}`, options);
    try {
      page.setDefaultTimeout(15_000);
      await steps(page, seen);
      isClean(seen, ORIGINS, expected);
    } finally {
      await close();
    }
  });
}

const names = (page) => page.locator("#movies .name").allInnerTexts();
const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? "");
const listed = (page, text) => page.locator("#status", { hasText: text }).waitFor();

async function accessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    [],
  );
}

on("", "the most popular movies are there at once, with what is known of them", async (page) => {
  await listed(page, /The first 20 of (about )?\d+ movies/);
  const first = await page.locator("#movies li").first().innerText();
  assert.match(first, /Łódź by Night \(1999\)/);
  assert.match(first, /Drama/);
  assert.match(first, /with Ørsted Nielsen, Ana Silva, Bo Li and 1 more/);
  assert.match(first, /Popularity 900\.5\s+Fetched 3 hours ago/);
  assert.equal(await page.locator("#movies img").first().getAttribute("src"), "https://image.tmdb.org/t/p/w342/poster-550.jpg");
});

on("", "typing searches, without accents and without a button, and the address says what was asked", async (page, seen) => {
  await page.locator("#title").pressSequentially("lodz", { delay: 20 });
  await listed(page, "One movie");
  assert.deepEqual(await names(page), ["Łódź by Night (1999)"]);
  assert.equal(new URL(page.url()).search, "?title=lodz");
  const asked = seen.requests.filter((url) => url.includes("title=l"));
  assert.equal(asked.length, 1, "a search waits for a pause in the typing");
});

on("", "a slow answer never replaces a newer one", async (page) => {
  await page.route("**/movies?title=night", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue().catch(() => {}); // the page has given it up
  });
  await page.locator("#title").fill("night");
  await page.waitForRequest("**/movies?title=night");
  await page.locator("#title").fill("lodz");
  await listed(page, "One movie");
  await page.waitForTimeout(1600);
  assert.deepEqual(await names(page), ["Łódź by Night (1999)"]);
});

on("", "what is given up before its answer came is not waited for", async (page) => {
  await listed(page, "The first 20");
  await page.route("**/movies?title=night", () => {}); // no answer
  await page.locator("#title").fill("night");
  await page.locator("#movies[aria-busy]").waitFor();
  await page.locator("#title").fill("n");
  await listed(page, "Type at least 2 letters of the title.");
  assert.equal(await page.locator("#movies[aria-busy]").count(), 0);
});

on("", "filters combine, and can be cleared", async (page) => {
  await page.locator("#title").fill("night");
  await listed(page, "3 movies");
  await page.locator("#year").fill("1999");
  await listed(page, "2 movies");
  await page.locator("#actor").fill("orsted");
  await listed(page, "One movie");
  assert.deepEqual(await names(page), ["Łódź by Night (1999)"]);
  await page.locator("#actor").fill("");
  await page.locator("#genre").fill("crime");
  await page.locator("#movies li:only-child", { hasText: "Night Train (1999)" }).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await listed(page, "The first 20");
  assert.equal(new URL(page.url()).search, "");
});

on("?title=night&sort=year", "an address is a search, and sorts", async (page) => {
  await listed(page, "3 movies");
  assert.deepEqual(await names(page), ["Nightjar (2004)", "Łódź by Night (1999)", "Night Train (1999)"]);
  await page.locator("#sort").selectOption("title");
  await page.waitForURL("**/?title=night&sort=title");
  await page.locator("#movies li:first-child", { hasText: "Łódź" }).waitFor();
});

on("?title=number", "more is shown on request, from where the list ended", async (page) => {
  await listed(page, "The first 20 of");
  await page.getByRole("button", { name: "Show more" }).click();
  await listed(page, /^40 movies$/);
  const all = await names(page);
  assert.equal(new Set(all).size, 40);
  assert.match(await focused(page), /Number 20/);
  assert.equal(await page.getByRole("button", { name: "Show more" }).isVisible(), false);
});

on("", "what cannot be asked is said before it is asked", async (page, seen) => {
  await listed(page, "The first 20");
  await page.locator("#year").fill("19");
  await listed(page, "Type all four digits of the year.");
  await page.locator("#year").fill("");
  await page.locator("#title").fill("n");
  await listed(page, "Type at least 2 letters of the title.");
  await page.locator("#title").fill("no such movie");
  await listed(page, "No movie is like that.");
  assert.equal(await page.locator("#movies li").count(), 0);
  assert.equal(seen.requests.filter((url) => /year=|title=n$/.test(url)).length, 0);
});

on("?title=lodz", "a title is read from the edge, and no API is asked for it", async (page, seen) => {
  await listed(page, "One movie");
  const before = seen.requests.length;
  await page.getByRole("link", { name: /Łódź by Night/ }).click();
  const dialog = page.getByRole("dialog", { name: "Łódź by Night (1999)" });
  await dialog.getByText("Fetched 3 hours ago").waitFor();
  const since = seen.requests.slice(before).filter((url) => !url.startsWith("https://image.tmdb.org/"));
  assert.deepEqual(since, [`${EDGE}/movie/550.pb.lz4`]);
  const text = await dialog.innerText();
  for (const said of ["A lamp goes out.", "October 15, 1999", "Finland", "$2,781,505,847", "Ørsted Nielsen", "as Self"]) {
    assert.ok(text.includes(said), `${said} is not in: ${text}`);
  }
  assert.match(text, /Where to watch in United States[^]*Shop[^]*Watch providers by JustWatch/);
  assert.match(await page.title(), /Łódź by Night/);
  assert.equal(new URL(page.url()).hash, "#movie/550");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.match(await focused(page), /Łódź by Night/);
  await page.waitForURL((url) => url.hash === "");
  await page.goBack();
  await dialog.getByText("Fetched 3 hours ago").waitFor();
});

on("?title=train#movie/550", "an address names a title over its search", async (page) => {
  const dialog = page.getByRole("dialog", { name: /Łódź by Night/ });
  await dialog.getByText("A lamp goes out.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await listed(page, "One movie");
  assert.deepEqual(await names(page), ["Night Train (1999)"]);
});

on("#movie/61", "a damaged object is refused in a sentence", async (page) => {
  await page.getByRole("alert").getByText(/What lies at the edge is no movie: .* is damaged/).waitFor();
});

on(
  "#movie/62",
  "a title that left the edge is told in a sentence",
  async (page) => {
    await page.getByRole("alert").getByText("This title is not at the edge, or no longer.").waitFor();
  },
  { expected: /status of 404/ },
);

on("?title=dropped", "a movie without an object at the edge leads nowhere", async (page) => {
  await listed(page, "One movie");
  assert.equal(await page.locator("#movies a").count(), 0);
});

on("?title=onerror", "a title is never read as HTML", async (page) => {
  await listed(page, "One movie");
  assert.match((await names(page))[0], /^<img src=x onerror="alert\(1\)"> & Sons/);
  await page.locator("#movies a").click();
  await page.getByRole("dialog").getByText("A lamp goes out.").waitFor();
  assert.equal(await page.locator("[onerror]").count(), 0);
});

on("", "all of it can be done with a keyboard", async (page) => {
  await listed(page, "The first 20");
  await page.keyboard.press("/");
  await page.keyboard.type("night");
  await listed(page, "3 movies");
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(page), /Łódź by Night/);
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(page), /Night Train/);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /Night Train/ });
  await dialog.getByText("A lamp goes out.").waitFor();
  assert.match(await focused(page), /Night Train/);
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement?.closest("dialog")), null);
  await page.keyboard.press("Escape");
  assert.match(await focused(page), /Night Train/);
});

const AWAY = { status: 503, headers: { "Retry-After": "1" }, json: { message: "The database is waking up." } };
const GATEWAY = { status: 503, json: { message: "Service Unavailable" } };

on(
  "",
  "a catalog that cannot answer yet says why, and is asked again by itself",
  async (page) => {
    await listed(page, "The first 20");
    await page.route("**/movies?title=lodz", (route) => route.fulfill(AWAY), { times: 1 });
    await page.locator("#title").fill("lodz");
    await listed(page, "The database is waking up. Asking again in a second.");
    assert.equal(await page.locator("#movies[aria-busy]").count(), 1);
    assert.equal(await page.locator("#more").isVisible(), false, "what is shown is another query's");
    await listed(page, "One movie");
    await page.route("**/movies?title=night", (route) => route.fulfill(GATEWAY));
    await page.locator("#title").fill("night");
    await listed(page, "The catalog has too much to do. Asking again in 5 seconds.");
  },
  { expected: /status of 503/ },
);

on("about:blank", "room is kept for movies until they come", async (page) => {
  let answer = () => {};
  await page.route("**/movies?", async (route) => (await new Promise((now) => (answer = now)), route.continue()));
  await page.goto(PAGE);
  await listed(page, "Loading");
  assert.equal(await page.locator(".ghost:visible").count(), 10);
  answer();
  await listed(page, "The first 20");
  assert.equal(await page.locator(".ghost").count(), 0);
});

on("?title=no+such+movie&year=1999", "one button takes all filters away, and is there when there are some", async (page) => {
  await listed(page, "No movie is like that.");
  await accessible(page);
  await page.getByRole("button", { name: "Clear" }).click();
  await listed(page, "The first 20");
  assert.equal(new URL(page.url()).search, "");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "title");
  assert.equal(await page.getByRole("button", { name: "Clear" }).isVisible(), false);
});

for (const colorScheme of ["light", "dark"]) {
  on(
    "?title=lodz",
    `axe finds nothing to complain about, in ${colorScheme}`,
    async (page) => {
      await listed(page, "One movie");
      await accessible(page);
      await page.locator("#movies a").click();
      await page.getByRole("dialog").getByText("A lamp goes out.").waitFor();
      await accessible(page);
    },
    { colorScheme, reducedMotion: "reduce" },
  );
}

on(
  "#movie/550",
  "a phone shows all of it, and nothing beside its screen",
  async (page) => {
    await page.getByRole("dialog").getByText("A lamp goes out.").waitFor();
    const wide = () => page.evaluate(() => [document.scrollingElement, document.querySelector("dialog")].map((box) => box.scrollWidth > box.clientWidth));
    assert.deepEqual(await wide(), [false, false]);
    await accessible(page);
    await page.getByRole("button", { name: "Close" }).click();
    await listed(page, "The first 20");
    assert.deepEqual(await wide(), [false, false]);
    await accessible(page);
  },
  { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" },
);

on(
  "",
  "without scripts the page says where the search is all the same",
  async (page) => {
    await page.locator("noscript a[href=movies]").waitFor();
    assert.deepEqual([await page.locator("#status").isVisible(), await page.locator("#title").isVisible()], [false, false]);
  },
  { javaScriptEnabled: false },
);

on("", "TMDB is named wherever its data is shown, with its logo, smaller than our own name", async (page) => {
  const notice = "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB.";
  const footer = page.getByRole("contentinfo");
  assert.ok((await footer.innerText()).includes(notice));
  const logo = await footer.getByRole("img", { name: "TMDB" }).evaluate((image) => [image.naturalWidth > 0, image.height]);
  assert.deepEqual(logo, [true, 32]);
  assert.ok((await page.getByRole("heading", { level: 1 }).boundingBox()).height > 32);
});
