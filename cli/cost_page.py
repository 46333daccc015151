"""The figures of docs/cost.md and README.md, between their cost markers: `python -m cli.cost_page` writes them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill
from typing import Any

from cli.assumptions import ASSUMPTIONS
from cli.cost import Estimate, first_mirror, label, monthly, one_harvest
from stacks.prices import PRICES, READ_ON, REGION
from stacks.settings import BunnyZone, Settings

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- cost: made by python -m cli\.cost_page -->\n).*?(<!-- cost: end -->)", re.DOTALL)
NOW = datetime.fromisoformat(READ_ON).replace(tzinfo=UTC)

S3 = Settings.load({"stages": {"prod": {"lake": False}}}.get, {})
BUNNY = replace(S3, edge=BunnyZone(zone="my-zone"))
MOVIES = {"movie": float(ASSUMPTIONS["movie"].ids)}


def blocks() -> dict[str, str]:
    """What belongs between the markers, by page."""
    return {"docs/cost.md": _page(), "README.md": _readme()}


def filled(page: str, block: str) -> str:
    """The page as it should be. Raises ValueError when it has no markers."""
    text, found = BLOCK.subn(lambda match: f"{match[1]}{block}{match[2]}", (ROOT / page).read_text())
    if found != 1:
        raise ValueError(f"{page} has {found} cost blocks instead of one")
    return text


def _readme() -> str:
    movies, month, first = one_harvest(BUNNY, MOVIES), monthly(BUNNY, NOW), first_mirror(BUNNY)
    left = {name: f"${made.total(allowances=True):.2f}" for name, made in {"first": first, "month": month}.items()}
    sentences = (
        f"A mirror of all {movies.ids / 1e6:.2f} million movies with Bunny costs "
        f"${movies.total(allowances=True):.2f} where AWS's monthly free allowances are not used up by something else, "
        f"and ${movies.total():.2f} at list price. All default feeds come to ${first.total():.2f} for the first "
        f"{first.ids / 1e6:.1f} million titles and ${month.total():.2f} a month, or {left['first']} and "
        f"{left['month']} after allowances. With S3, which charges every PUT, the month is "
        f"${monthly(S3, NOW).total():.2f}."
    )
    return f"{fill(sentences, 118)}\n"


def _page() -> str:
    movies = one_harvest(BUNNY, MOVIES)
    traffic = movies.dollars()["traffic out"]
    whole, whole_but_traffic = f"${movies.total():.2f}", f"${movies.total() - traffic:.2f}"
    parts = [
        f"## A full mirror of movies: {movies.ids:,.0f} ids, {movies.hours:.1f} hours\n",
        _table({"Bunny": movies, "S3": one_harvest(S3, MOVIES)}),
        f"At list price ${traffic:.2f} of Bunny's {whole} are traffic from AWS; without it, {whole_but_traffic}.\n",
        "## A month of the default feeds: movie, tv, person\n",
        _table({"Bunny": monthly(BUNNY, NOW), "S3": monthly(S3, NOW)}),
        "## What settings do to a full mirror of movies\n",
        _settings(),
        f"## Prices: {REGION}, {READ_ON}\n",
        _prices(),
    ]
    return "\n".join(parts)


def _table(estimates: Mapping[str, Estimate]) -> str:
    columns = {
        f"{edge}, {how}": estimate.dollars(allowances=allowances)
        for edge, estimate in estimates.items()
        for how, allowances in {"list price": False, "after allowances": True}.items()
    }
    first, *_ = columns.values()
    rows = [
        (label(what, *estimates.values()), *(f"{column[what]:.2f}" for column in columns.values())) for what in first
    ]
    rows.append(("**all**", *(f"**{sum(column.values()):.2f}**" for column in columns.values())))
    return _markdown(("dollars for", *columns), rows)


def _settings() -> str:
    def rows() -> Iterator[tuple[str, ...]]:
        dear: dict[str, Any] = {"collectors": 10, "collector_memory": 512}
        for what, settings in {
            "Bunny, else the defaults": BUNNY,
            "Bunny, `collector_memory` 128": replace(BUNNY, collector_memory=128),
            "Bunny, `collectors` 10 with `collector_memory` 512": replace(BUNNY, **dear),
            "S3, the default edge": S3,
            "S3, `collectors` 10 with `collector_memory` 512": replace(S3, **dear),
        }.items():
            harvest = one_harvest(settings, MOVIES)
            yield what, f"{harvest.total():.2f}", f"{harvest.total(allowances=True):.2f}"

    return _markdown(("settings", "list price", "after allowances"), rows())


def _prices() -> str:
    rows = (
        (
            meter,
            f"{price.dollars:.10f}".rstrip("0").rstrip("."),
            f"{price.free:,.0f}" if price.free else "",
            price.source,
        )
        for meter, price in PRICES.items()
    )
    return _markdown(("meter", "dollars", "free a month", "listed at"), rows)


def _markdown(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    for page, block in blocks().items():
        (ROOT / page).write_text(filled(page, block))
