"""Lambda entry of the catalog's API.

Trigger: API Gateway (HTTP API, payload format 2.0). Reads and, for POST, writes: Postgres. Calls nothing else.
"""

from functools import cache, partial
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.session import STATEMENT_SECONDS, Session
from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.common.catalog.database import connect, sign_in
from lambdas.common.clock import SystemClock
from lambdas.common.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return _api().resolve(event, context)


@cache
def _api() -> APIGatewayHttpResolver:
    settings, clock = CatalogApiSettings.from_env(), SystemClock()
    password = sign_in(settings, clock)
    session = Session(partial(connect, settings, statement_seconds=STATEMENT_SECONDS, password=password))
    return resolver(session, settings, clock)
