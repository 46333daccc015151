"""The files of a fake storage zone: a folder whose files appear complete or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5


class BadPath(ValueError):
    """A path that would leave the zone or name nothing."""


class Files:
    """`zone` is only part of the metadata: the file `movie/550.pb.lz4` is `<root>/movie/550.pb.lz4`."""

    def __init__(self, root: Path, zone: str) -> None:
        self._root = root
        self._zone = zone
        root.mkdir(parents=True, exist_ok=True)

    def locate(self, path: str) -> Path:
        """Where a path inside the zone lies. Raises BadPath."""
        steps = path.strip("/").split("/") if path.strip("/") else []
        if any(step in {"", ".", ".."} or "\0" in step or "\\" in step for step in steps):
            raise BadPath(path)
        return self._root.joinpath(*steps)

    def write(self, path: str, body: bytes) -> None:
        """Store a file; missing folders are made. Raises BadPath when a folder stands where the file should."""
        target = self.locate(path)
        if target.is_dir():
            raise BadPath(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent, prefix=".upload-")
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(partial).replace(target)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None."""
        target = self.locate(path)
        return target.read_bytes() if target.is_file() else None

    def delete(self, path: str) -> bool:
        """Remove a file, or a folder with all in it. False when there is none. Raises BadPath for the root."""
        target = self.locate(path)
        if target == self._root:
            raise BadPath(path)
        if target.is_dir():
            shutil.rmtree(target)
        elif target.is_file():
            target.unlink()
        else:
            return False
        return True

    def list(self, path: str) -> list[dict[str, object]]:
        """The entries of a folder; none when it does not exist."""
        folder = self.locate(path)
        return [self._metadata(entry) for entry in _entries(folder)] if folder.is_dir() else []

    def describe(self, path: str) -> dict[str, object] | None:
        """The metadata of one file, or None."""
        target = self.locate(path)
        return self._metadata(target) if target.is_file() else None

    def _metadata(self, entry: Path) -> dict[str, object]:
        inside = entry.relative_to(self._root)
        folder = entry.is_dir()
        status = entry.stat()
        changed = datetime.fromtimestamp(status.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        return {
            "Guid": str(uuid5(NAMESPACE_URL, f"{self._zone}/{inside.as_posix()}")),
            "StorageZoneName": self._zone,
            "Path": f"/{self._zone}/" + (f"{inside.parent.as_posix()}/" if inside.parent.name else ""),
            "ObjectName": entry.name,
            "Length": 0 if folder else status.st_size,
            "LastChanged": changed,
            "ServerId": 0,
            "ArrayNumber": 0,
            "IsDirectory": folder,
            "UserId": "00000000-0000-0000-0000-000000000000",
            "ContentType": "",
            "DateCreated": changed,
            "StorageZoneId": 1,
            "Checksum": None if folder else checksum(entry.read_bytes()),
            "ReplicatedZones": "",
        }


def checksum(body: bytes) -> str:
    """Upper-case hexadecimal SHA-256, as in the `Checksum` header."""
    return hashlib.sha256(body).hexdigest().upper()


def _entries(folder: Path) -> Iterator[Path]:
    return (entry for entry in sorted(folder.iterdir()) if not entry.name.startswith(".upload-"))
