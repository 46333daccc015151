"""`python -m local.tmdb`: run the fake TMDB until it is told to stop."""

import argparse
import asyncio
import dataclasses
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.catalogue.protocol import Catalogue
from local.catalogue.samples import SamplesCatalogue
from local.faults import Faults, parse_probabilities
from local.serving import announce_and_wait
from local.tmdb import Behaviour, FakeTmdb, Fault, RetryAfter, Totals, running


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.tmdb",
        description="A fake TMDB on 127.0.0.1: the API under /3, export files under /p/exports, control under /_fake.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one")
    parser.add_argument("--port-file", type=Path, help='file to write {"root": URL, "api": URL, "exports": URL} to')
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="freeze the clock that decides which exports there are"
    )

    catalogue = parser.add_argument_group("catalogue (made up unless --samples is given)")
    catalogue.add_argument("--samples", type=Path, help="folder of real bodies, <kind>/<name>.json")
    for field in dataclasses.fields(Sizes):
        catalogue.add_argument(
            f"--{field.name}", type=int, default=field.default, help="how many (default: %(default)s)"
        )
    catalogue.add_argument("--seed", type=int, default=1, help="of titles and faults (default: %(default)s)")

    limits = parser.add_argument_group("behaviour")
    limits.add_argument("--token", default="fake-token", help="accepted as Bearer token and as api_key")
    limits.add_argument("--limit", type=int, default=40, help="requests in any second (default: %(default)s)")
    limits.add_argument("--sockets", type=int, default=20, help="open connections (default: %(default)s)")
    limits.add_argument("--retry-after", type=RetryAfter, choices=list(RetryAfter), default=RetryAfter.ALTERNATE)
    limits.add_argument(
        "--totals", type=Totals, choices=list(Totals), default=Totals.HONEST, help="of the changes feeds"
    )
    limits.add_argument("--latency", type=float, default=0.0, help="seconds until each answer")
    limits.add_argument("--slow", type=float, default=5.0, help="seconds until an answer with the fault `slow`")
    limits.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND=SHARE",
        help=f"share of bad answers; kinds: {', '.join(Fault)}",
    )
    limits.add_argument(
        "--poison", action="append", default=[], metavar="PATH", help="always 500 code 44, as `movie/550`"
    )
    return parser


def _catalogue(arguments: argparse.Namespace) -> Catalogue:
    if arguments.samples:
        samples = SamplesCatalogue(arguments.samples)
        for line in samples.skipped:
            print(f"skipped {line}", file=sys.stderr, flush=True)
        return samples
    sizes = Sizes(**{field.name: getattr(arguments, field.name) for field in dataclasses.fields(Sizes)})
    return MadeUpCatalogue(sizes, seed=arguments.seed)


def _clock(frozen: datetime | None) -> Callable[[], datetime]:
    if frozen is None:
        return lambda: datetime.now(UTC)
    moment = frozen if frozen.tzinfo else frozen.replace(tzinfo=UTC)
    return lambda: moment


async def _main(fake: FakeTmdb, port: int, port_file: Path | None) -> None:
    async with running(fake, port):
        await announce_and_wait({"root": fake.root, "api": fake.url, "exports": fake.exports_url}, port_file)


def main() -> None:
    """Run the fake as the arguments say; exits with 2 and a sentence when they cannot be."""
    parser = _parser()
    arguments = parser.parse_args()
    try:
        catalogue = _catalogue(arguments)
        probabilities = parse_probabilities(Fault, arguments.fault)
    except ValueError as error:
        parser.error(str(error))
    fake = FakeTmdb(
        catalogue,
        behaviour=Behaviour(
            token=arguments.token,
            limit=arguments.limit,
            sockets=arguments.sockets,
            retry_after=arguments.retry_after,
            totals=arguments.totals,
            latency=arguments.latency,
            slow=arguments.slow,
        ),
        faults=Faults(
            Fault, probabilities, always=dict.fromkeys(arguments.poison, Fault.INVALID), seed=str(arguments.seed)
        ),
        now=_clock(arguments.now),
    )
    asyncio.run(_main(fake, arguments.port, arguments.port_file))


if __name__ == "__main__":
    main()
