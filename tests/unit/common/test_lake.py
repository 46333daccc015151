"""The lake bucket: objects come and go whole, and every failure says what to do about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.exceptions import GenericError, PermissionDeniedError
from obstore.store import LocalStore, MemoryStore

from lambdas.common.errors import Changed, Retry, StopTheLine
from lambdas.common.lake import Lake

USES: dict[str, Callable[[Lake, Path], Any]] = {
    "list": lambda lake, _: list(lake.objects("a")),
    "get": lambda lake, _: lake.read("a"),
    "get ": lambda lake, folder: lake.download("a", folder / "a"),
    "put": lambda lake, _: lake.write("a", b""),
    "put ": lambda lake, _: lake.replace("a", b"", None),
    "copy": lambda lake, _: lake.copy("a", "b"),
    "delete": lambda lake, _: lake.remove("a"),
}


@pytest.fixture(params=["memory", "folder"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(MemoryStore() if request.param == "memory" else LocalStore(tmp_path / "lake", mkdir=True))


def test_objects_come_and_go(lake: Lake, tmp_path: Path) -> None:
    """From bytes or a file, into bytes or a file; what is not there is None, and removing it is no error."""
    (tmp_path / "b").write_bytes(b"second")
    lake.write("x/a", b"first")
    lake.write("x/y/b", tmp_path / "b")
    assert [(found.key, found.size) for found in lake.objects("x")] == [("x/a", 5), ("x/y/b", 6)]
    assert (lake.read("x/y/b"), lake.read("x/c")) == (b"second", None)
    files = lake.download_all(["x/c", "x/y/b", "x/a"], tmp_path)
    assert [file.read_bytes() for file in files] == [b"second", b"first"]
    lake.copy("x/a", "x/y/b")
    assert lake.read("x/y/b") == b"first"
    with pytest.raises(Retry, match="x/c was not copied"):
        lake.copy("x/c", "x/y/b")
    for _ in range(2):
        lake.remove("x/a")
    assert [found.key for found in lake.objects("x")] == ["x/y/b"]


def test_an_object_is_made_once(lake: Lake) -> None:
    """Of two that make it, one is told."""
    lake.replace("a", b"first", None)
    with pytest.raises(Changed):
        lake.replace("a", b"second", None)
    assert lake.read("a") == b"first"


def test_only_the_version_that_was_read_is_replaced(tmp_path: Path) -> None:
    """What somebody else wrote meanwhile stays."""
    lake = Lake(MemoryStore())
    lake.write("a", b"first")
    version = lake.download("a", tmp_path / "a")
    lake.replace("a", b"second", version)
    with pytest.raises(Changed):
        lake.replace("a", b"third", version)
    assert lake.read("a") == b"second"


def test_what_was_removed_meanwhile_is_not_replaced(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 has no version to compare with, and says that the object is not found, unlike other stores."""

    def not_found(*_: object, **__: object) -> None:
        raise FileNotFoundError("said S3")

    monkeypatch.setattr(obstore, "put", not_found)
    with pytest.raises(Changed, match="written or removed"):
        lake.replace("a", b"third", "version")


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("error", "kind"), [(GenericError, Retry), (PermissionDeniedError, StopTheLine)])
def test_failures_are_typed(
    lake: Lake, use: str, error: type[Exception], kind: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that does not answer may later; one that refuses needs a person."""

    def fail(*_: object, **__: object) -> None:
        raise error("said the store")

    monkeypatch.setattr(obstore, use.strip(), fail)
    with pytest.raises(kind) as raised:
        USES[use](lake, tmp_path)
    assert isinstance(raised.value.__cause__, error)
