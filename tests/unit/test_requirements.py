"""What is installed, tested and deployed comes from one resolution of what pyproject.toml declares."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
WHOLE = "requirements-dev.txt"
PARTS = {
    "requirements.txt": ("cdk",),
    "lambdas/harvester/requirements.txt": ("harvester",),
    "lambdas/collector/requirements.txt": ("collector",),
    "lambdas/catalog_api/requirements.txt": ("catalog_api",),
    "lambdas/catalog_loader/requirements.txt": ("catalog_loader",),
    "lambdas/catalog_migrator/requirements.txt": ("catalog_migrator",),
    "lambdas/lake_writer/requirements.txt": ("lake_writer",),
    "lambdas/lake_compactor/requirements.txt": ("lake_compactor",),
    "lambdas/gold_builder/requirements.txt": ("gold_builder",),
}
APART = {"local/emulator-requirements.txt": ("emulator",), "bench/requirements.txt": ("bench",)}


def pins(path: str) -> dict[str, set[str]]:
    """Versions by package; a package has several when they depend on the Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / path).read_text().splitlines():
        if pin := re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)", line):
            found.setdefault(pin[1], set()).add(pin[2])
    return found


def declared(*groups: str) -> Iterator[tuple[str, str]]:
    """Name and exact version, or "", of every direct dependency of the groups."""
    for group in groups:
        for requirement in GROUPS[group]:
            name, _, version = requirement.partition("==")
            yield name.partition("[")[0], version


@pytest.mark.parametrize("path", PARTS)
def test_parts_of_one_resolution(path: str) -> None:
    """The stacks and each function are pinned to the very versions that the tests run with."""
    assert pins(path)
    assert pins(path).items() <= pins(WHOLE).items()


@pytest.mark.parametrize(
    ("path", "groups"),
    [*PARTS.items(), *APART.items(), (WHOLE, tuple(GROUPS.keys() - {"emulator", "bench"}))],
)
def test_pins_are_current(path: str, groups: tuple[str, ...]) -> None:
    """A dependency that is declared but not locked, or locked in another version, is found before it is missed."""
    for name, version in declared(*groups):
        assert name in pins(path), f"{name} of pyproject.toml is not in {path}: make lock"
        assert not version or pins(path)[name] == {version}, f"{path} has another {name} than pyproject.toml: make lock"


def test_boto3_stays_out_of_the_zips() -> None:
    """Lambda brings boto3 along: in a zip it would double the size and the cold start's unpacking."""
    for path in PARTS:
        assert not {"boto3", "botocore"} & pins(path).keys()


@pytest.mark.parametrize("path", [*PARTS, *APART, WHOLE])
def test_every_pin_has_its_hashes(path: str) -> None:
    """No file that an index may offer under a version is installed unless it is the one that was locked."""
    pinned = re.findall(r"^([^ #\n]+==.*(?:\n {4}.*)*)", (ROOT / path).read_text(), flags=re.MULTILINE)
    assert len(pinned) == sum(len(versions) for versions in pins(path).values())
    assert [pin for pin in pinned if "--hash=sha256:" not in pin] == []


def test_all_requirements_are_known_here() -> None:
    """No requirements file is left out of what these tests look at."""
    found = subprocess.run(
        ["git", "ls-files", "*requirements*.txt"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(found.stdout.split()) == {*PARTS, *APART, WHOLE}


def test_zips_are_made_of_hashed_wheels_only() -> None:
    """Whatever installs here asks for hashes, and a function's zip runs no code of a package while it is built."""
    makefile = (ROOT / "Makefile").read_text()
    installs = [
        line for line in makefile.splitlines() if re.search(r"pip (\S+ )*(sync|install)\b|/bin/python install", line)
    ]
    assert installs and all("--require-hashes" in line for line in installs)
    bundling = (ROOT / "stacks/components/bundling.py").read_text()
    assert '"--require-hashes"' in bundling and '"--only-binary",\n        ":all:"' in bundling


def test_the_node_package_is_pinned_by_its_content() -> None:
    """`npm ci` takes what package-lock.json has, and compares it."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
