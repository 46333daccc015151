"""The environment of a function: typed once, written at synth, read back at run time."""

import os
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.collector.settings import CollectorSettings
from lambdas.common.settings import Settings
from lambdas.harvester.settings import HarvesterSettings

REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Example(Settings):
    """One field of each kind."""

    url: str
    rate: float = 0.5
    number: int = 3
    switch: bool = False


@given(st.builds(Example, url=st.text(), rate=st.floats(allow_nan=False), number=st.integers(), switch=st.booleans()))
def test_round_trip(settings: Example) -> None:
    """Settings survive the way through an environment, beside whatever else is there."""
    environment = settings.to_env()
    assert environment.keys() == {"URL", "RATE", "NUMBER", "SWITCH"}
    assert Example.from_env({**environment, "PATH": "/bin"}) == settings


def test_defaults() -> None:
    """What the environment does not say has its default; what has none is missed by name."""
    assert Example.from_env({"URL": "x"}) == Example(url="x")
    with pytest.raises(ValueError, match="environment variable URL is not set"):
        Example.from_env({})


@pytest.mark.parametrize(("name", "text"), [("RATE", "fast"), ("NUMBER", "3.5"), ("NUMBER", ""), ("SWITCH", "true")])
def test_malformed(name: str, text: str) -> None:
    """A malformed value is an error that names variable and value."""
    with pytest.raises(ValueError, match=f"environment variable {name} must be .*, not '{text}'"):
        Example.from_env({"URL": "x", name: text})


def test_kinds() -> None:
    """A field of another type is a mistake that shows at once."""

    @dataclass(frozen=True, kw_only=True)
    class Odd(Settings):
        names: list[str]

    with pytest.raises(TypeError, match="NAMES: settings hold str, int, float or bool"):
        Odd.from_env({"NAMES": "a,b"})


@pytest.mark.parametrize("kind", [HarvesterSettings, CollectorSettings])
def test_stages(kind: type[Settings]) -> None:
    """Every stage's settings can be written and read; tokens that CDK resolves later pass through as they are."""
    token = "${Token[TOKEN.42]}"
    values: dict[Any, Any] = {str: token, float: 2.5, int: 7, bool: True}
    settings = kind(**{field.name: values[field.type] for field in fields(kind)})
    assert kind.from_env(settings.to_env()) == settings
    assert token in settings.to_env().values()


def test_read_when_asked() -> None:
    """The environment is read when the settings are asked for, not when the module is loaded."""
    code = (
        "import os; from lambdas.harvester.settings import HarvesterSettings as S; "
        "os.environ.update(S(token_secret='t', queue_url='q', state_table='s', requests_per_second=2.0, connections=2, "
        "collect_per_second=32.0).to_env()); print(S.from_env().queue_url)"
    )
    environment = {"PATH": os.environ["PATH"]}
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    assert child.stdout.strip() == "q"
