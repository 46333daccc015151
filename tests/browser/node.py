"""Node, with the packages that package.json pins: they are installed when a test first needs them."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
"""Node and npm come with the venv."""


def node(*arguments: str | Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Node in this folder until it ends."""
    env = os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}
    installed, pins = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < pins.stat().st_mtime:
        install = [str(BIN / "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, cwd=HERE, env=env, check=True)
        installed.touch()
    command: list[str] = [str(BIN / "node"), *(str(argument) for argument in arguments)]
    env |= environ
    return subprocess.run(command, cwd=HERE, env=env, input=stdin, capture_output=True, text=True, check=False)
