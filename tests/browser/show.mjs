/** Opens the page at the address given and prints what its dialog says, once that was read from the edge. */

import { isClean, open } from "./chromium.mjs";

const [url, ...origins] = process.argv.slice(2);
const { page, seen, close } = await open(url);
try {
  const dialog = page.getByRole("dialog");
  await dialog.getByText("No API was asked").waitFor();
  process.stdout.write(await dialog.innerText());
  isClean(seen, origins);
} finally {
  await close();
}
