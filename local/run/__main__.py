"""`make run`: mirror a whole catalogue on this machine, with the very stacks that go to AWS.

`make serve` does the same, then keeps edge, lake and catalog up, with the page in front, until Ctrl-C.
"""

import asyncio
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event

from rich.console import Console

from lambdas.common.state import Run
from local.postgres import PostgresError
from local.run import catalog
from local.run.deployment import Deployment, deployed
from local.run.fakes import fake_bunny, fake_tmdb, pull_zone
from local.run.lake import fill, until_done
from local.run.progress import Stalled, watch
from local.run.report import accounts, show, summary
from local.run.rounds import Round, fake_state, rounds
from local.run.settings import RunSettings


def main(*, serve: bool) -> int:
    """The exit status: 0 when every id is accounted for, 1 when not, 2 when the run was refused."""
    console = Console()
    try:
        settings = RunSettings.from_env()
    except ValueError as error:
        console.print(f"make run: {error}", highlight=False)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with _folder(settings.local):
            return _run(settings, console, serve=serve)
    except ValueError as error:
        console.print(f"make run: {error}", highlight=False, soft_wrap=True)
        return 2
    except BlockingIOError:
        console.print(
            f"make run: another run is at work in {settings.local}; wait for it, or set LOCAL to another folder"
        )
        return 2
    except PostgresError as error:
        console.print(f"make run: the catalog is not filled: {error}", highlight=False, soft_wrap=True, markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("interrupted; everything that was started is stopped")
        return 130


def _run(settings: RunSettings, console: Console, *, serve: bool) -> int:
    started = time.monotonic()
    with ExitStack() as stack:
        console.print("starting emulator, fake TMDB and fake Bunny", highlight=False)
        tmdb = stack.enter_context(fake_tmdb(settings))
        bunny = stack.enter_context(fake_bunny(settings))
        database = stack.enter_context(catalog.database(settings.local / "catalog"))
        edge = bunny["pull zone"] if settings.edge == "bunny" else stack.enter_context(pull_zone(settings))
        told = database.settings | {"edge_url": edge}
        world = stack.enter_context(deployed(settings, tmdb=tmdb, bunny=bunny, console=console, catalog=told))
        for skipped in [] if settings.real else fake_state(tmdb["root"])["skipped"]:
            console.print(f"skipped: {skipped}", highlight=False, soft_wrap=True)
        runs: list[Run] = []
        try:
            for one in rounds(settings, tmdb["root"]):
                console.print(f"[bold]{one.title}[/bold]")
                runs += asyncio.run(mirror(one, world, console))
            fill(world, console)
            for _ in until_done(world, "CatalogQueueUrl"):
                pass
        except Stalled as error:
            console.print(f"{error}\n{world.newest_logs()}", highlight=False, soft_wrap=True, markup=False)
            return 1
        if not settings.real:
            saw = fake_state(tmdb["root"])
            console.print(
                f"the fake TMDB answered {saw['requests']:,} requests, at most {saw['peak_per_second']} in any second "
                f"over {saw['peak_sockets']} sockets",
                highlight=False,
            )
        console.print(f"done in {time.monotonic() - started:.0f} s", highlight=False)
        found = summary(runs)
        show(found, local=settings.local, letters=world.dead_letters(), movies=database.movies(), console=console)
        complete = accounts(found)
        if serve:
            _serve(edge, settings, world, console)
        return 0 if complete else 1


def _serve(edge: str, settings: RunSettings, world: Deployment, console: Console) -> None:
    """Keep the page up until Ctrl-C. Raises ValueError when its port is taken."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(catalog.page(world, settings.port))
        except OSError as error:
            raise ValueError(f"PORT {settings.port} cannot be listened on: {error.strerror}; name another") from error
        console.print(
            f"page    {url}\n"
            f"edge    {edge}/movie/{{id}}.pb.lz4\n"
            f"lake    s3://{world.outputs['LakeBucket']} at AWS_ENDPOINT_URL={world.emulator.url}, and "
            f"{settings.local / 'lake'}\n"
            "Ctrl-C stops everything.",
            highlight=False,
            soft_wrap=True,
        )
        with suppress(KeyboardInterrupt):
            Event().wait()
    console.print("stopped")


async def mirror(one: Round, world: Deployment, console: Console) -> list[Run]:
    """Send a round's events and watch until their runs are done. Raises Stalled."""
    async with world.state() as state:
        before = {run.run for run in await state.runs()}
        world.send(one.events)
        expected = ((event["dataset"], event["mode"]) for event in one.events)
        return await watch(state, expected, before, console)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The run's folder, emptied and ours alone.

    Raises BlockingIOError when another run has it, ValueError when it holds what no run has left there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / "lock").is_file():
        raise ValueError(f"LOCAL must be a new folder or that of an earlier run; {folder} holds other things")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in folder.iterdir():
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        yield


if __name__ == "__main__":
    sys.exit(main(serve="--serve" in sys.argv[1:]))
