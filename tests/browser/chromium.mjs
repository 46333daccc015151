/** A browser for tests, and pages in it that nothing goes wrong on unseen. */

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import chromium from "@sparticuz/chromium";
import { chromium as driver } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const IMAGES = "https://image.tmdb.org";
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 3"><rect width="2" height="3" fill="#456"/></svg>';

/**
 * Open `url` in a browser of its own that has TMDB's images and no internet. What the page says on its console, every
 * request it makes, and every error is kept.
 */
export async function open(url, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await driver.launchPersistentContext(folder, {
    executablePath: await chromium.executablePath(),
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    ...options,
  });
  const page = context.pages()[0];
  const seen = { errors: [], requests: [] };
  page.on("console", (said) => said.type() === "error" && seen.errors.push(said.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("dialog", (dialog) => (seen.errors.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => seen.requests.push(request.url()));
  await page.route(`${IMAGES}/**`, (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }));
  await page.goto(url);
  return { page, seen, close: () => context.close() };
}

/** Nothing was said on the console but what `expected` matches, and nobody was asked but the page's own and TMDB's images. */
export function isClean(seen, origins, expected = /(?!)/) {
  assert.deepEqual(
    seen.errors.filter((error) => !expected.test(error)),
    [],
  );
  const asked = new Set(seen.requests.filter((url) => !url.startsWith("data:")).map((url) => new URL(url).origin));
  assert.deepEqual(
    [...asked].filter((origin) => ![...origins, IMAGES].includes(origin)),
    [],
  );
}
