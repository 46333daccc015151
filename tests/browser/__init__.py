"""The page in a real browser: Chromium, which comes by npm with what drives it. `package.json` pins them."""
