"""`python -m local.bunny`: run the fake Bunny until it is told to stop."""

import argparse
import asyncio
from pathlib import Path

from local.bunny import Behaviour, FakeBunny, Fault, running
from local.faults import Faults, parse_probabilities
from local.serving import announce_and_wait


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.bunny", description="A fake Bunny on 127.0.0.1.")
    parser.add_argument("--root", type=Path, required=True, help="folder that holds the files")
    parser.add_argument("--port", type=int, default=0, help="of the storage API; 0 (the default) picks a free one")
    parser.add_argument(
        "--pull-zone-port", type=int, default=0, help="of the pull zone; 0 (the default) picks a free one"
    )
    parser.add_argument("--port-file", type=Path, help='file to write {"storage": URL, "pull zone": URL} to')
    parser.add_argument("--zone", default="zone", help="name of the storage zone (default: %(default)s)")
    parser.add_argument("--key", default="fake-key", help="the AccessKey (default: %(default)s)")
    parser.add_argument("--uploads", type=int, default=100, help="uploads at once, 429 above (default: %(default)s)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds an upload takes at least")
    parser.add_argument("--stuck", type=float, default=30.0, help="seconds that the fault `stuck` waits")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND=SHARE",
        help=f"share of bad answers; kinds: {', '.join(Fault)}",
    )
    parser.add_argument("--seed", default="0", help="of the faults (default: %(default)s)")
    return parser


async def _main(fake: FakeBunny, arguments: argparse.Namespace) -> None:
    async with running(fake, arguments.port, arguments.pull_zone_port):
        await announce_and_wait({"storage": fake.url, "pull zone": fake.pull_zone_url}, arguments.port_file)


def main() -> None:
    """Run the fake as the arguments say; exits with 2 and a sentence when they cannot be."""
    parser = _parser()
    arguments = parser.parse_args()
    try:
        probabilities = parse_probabilities(Fault, arguments.fault)
    except ValueError as error:
        parser.error(str(error))
    behaviour = Behaviour(
        zone=arguments.zone,
        key=arguments.key,
        uploads=arguments.uploads,
        latency=arguments.latency,
        stuck=arguments.stuck,
    )
    faults = Faults(Fault, probabilities, seed=arguments.seed)
    asyncio.run(_main(FakeBunny(arguments.root, behaviour=behaviour, faults=faults), arguments))


if __name__ == "__main__":
    main()
