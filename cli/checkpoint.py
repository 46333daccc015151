"""How far a long verb has come, kept in a file so that it goes on there when it is run again after being cut off."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from cli.project import ROOT
from cli.stage import Stage

FOLDER = ROOT / ".cache" / "cli"


@dataclass(kw_only=True)
class Checkpoint:
    """What is known and not done yet. `of` says of what it is: a checkpoint of something else is of no use."""

    file: Path
    of: str
    asked: int = 0
    """All ids up to this one were asked for."""
    compared: bool = False
    missing: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)

    @classmethod
    def open(cls, name: str, stage: Stage, of: str) -> Self:
        """The checkpoint that an earlier run has left, or a new one."""
        file = FOLDER / f"{stage.name}-{name}.json"
        new = cls(file=file, of=f"{stage.output('StateTable')} {of}")
        try:
            found = json.loads(file.read_text())
            return cls(file=file, **found) if found["of"] == new.of else new
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # none, or one of another version
            return new

    def save(self) -> None:
        """All of it, or what was there before."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({name: value for name, value in asdict(self).items() if name != "file"}))
        new.replace(self.file)

    def close(self) -> None:
        """Everything is done."""
        self.file.unlink(missing_ok=True)
