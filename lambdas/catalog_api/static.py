"""Files that the API serves as they are: the page for people, and Swagger UI, which comes with Powertools."""

from collections.abc import Mapping
from pathlib import Path

import aws_lambda_powertools

_PAGE = Path(__file__).with_name("page")
_SWAGGER = Path(aws_lambda_powertools.__file__).parent / "event_handler" / "openapi" / "swagger_ui"
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _files(folder: Path) -> Mapping[str, Path]:
    return {path.name: path for path in folder.glob("*") if path.suffix in _TYPES}


PAGE, SWAGGER = _files(_PAGE), _files(_SWAGGER)
"""Files by name: what is not in here is not served, however it is spelled."""


def content_type(path: Path) -> str:
    """For the header of that name."""
    return f"{_TYPES[path.suffix]}; charset=utf-8"
