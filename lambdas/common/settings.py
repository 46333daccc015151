"""The environment of a function, typed once: synth writes it with `to_env`, the function reads it with `from_env`.

Each stage has a `settings.py` with one frozen dataclass on this base; the environment is read nowhere else.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Fields are `str`, `int`, `float` or `bool`; a field `queue_url` is the variable `QUEUE_URL`."""

    def to_env(self) -> dict[str, str]:
        """Every field as an environment variable (CDK tokens pass through unchanged)."""
        return {setting.name.upper(): str(getattr(self, setting.name)) for setting in fields(self)}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the fields back; raises ValueError naming the variable that is missing or malformed."""
        values = {}
        for setting in fields(cls):
            name = setting.name.upper()
            if name in environ:
                values[setting.name] = _parse(name, setting.type, environ[name])
            elif setting.default is MISSING:
                raise ValueError(f"environment variable {name} is not set")
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class AwsSettings(Settings):
    """What Lambda itself tells every function, in AWS's own words; the last two stand in for AWS on a laptop."""

    aws_region: str
    aws_access_key_id: str
    aws_secret_access_key: str = field(repr=False)
    aws_session_token: str = field(default="", repr=False)
    aws_endpoint_url: str = ""
    aws_ca_bundle: str = ""
    """A file with the only certificates to trust."""


def _parse(name: str, kind: object, text: str) -> object:
    if kind is bool:
        if text not in ("True", "False"):
            raise ValueError(f"environment variable {name} must be True or False, not {text!r}")
        return text == "True"
    if kind is int or kind is float or kind is str:
        try:
            return kind(text)
        except ValueError as error:
            raise ValueError(f"environment variable {name} must be a number, not {text!r}") from error
    raise TypeError(f"{name}: settings hold str, int, float or bool, not {kind}")
