"""The page from end to end."""

from tests.browser.conftest import Site
from tests.browser.node import node


def test_page(site: Site) -> None:
    """People find movies and read them from the edge, by mouse, keyboard and screen reader: page.test.mjs says how."""
    run = node("--test", "--test-reporter=spec", "page.test.mjs", PAGE_URL=site.url, EDGE_URL=site.edge)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "fail 0" in run.stdout and "skipped 0" in run.stdout and "pass 0" not in run.stdout


def test_the_page_keeps_its_own_types() -> None:
    """What the page does with movies fits the messages of proto/, by the strict rules of TypeScript."""
    run = node("node_modules/typescript/bin/tsc", "--project", ".")
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)
