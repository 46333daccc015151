"""What a test says to the fake and asks of it: everything under /_fake, never limited, never recorded.

GET  /_fake/state           what was asked and answered so far, the round, what the catalogue skipped
GET  /_fake/asked           how often each path was asked for
GET  /_fake/expected        where each body comes from (?round=N), for a catalogue of samples
POST /_fake/advance         go on to the next round
POST /_fake/reset           forget what was recorded
POST /_fake/behaviour       {"limit": 20, "access": "suspended", ...}: any fields of Behaviour
POST /_fake/faults          {"probabilities": {"500": 0.01}, "once": {"movie/550": ["html"]}, "always": {...}}
"""

import dataclasses
import typing
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from local.tmdb.behaviour import Behaviour
from local.tmdb.errors import json_response
from local.tmdb.limits import Sockets

if TYPE_CHECKING:
    from local.tmdb.server import FakeTmdb


async def respond(fake: "FakeTmdb", request: web.BaseRequest, name: str) -> web.Response:
    """Answer one request; 400 with a sentence to a field or value that is not known, 404 to another path."""
    try:
        match request.method, name:
            case "GET", "state":
                return json_response(state(fake))
            case "GET", "asked":
                return json_response(dict(fake.recorder.asked))
            case "GET", "expected":
                return json_response(dict(fake.catalogue.expected(int(request.query.get("round", fake.moment.round)))))
            case "POST", "advance":
                advanced = fake.advance()
                return json_response(
                    {"advanced": advanced, "round": fake.moment.round, "rounds": fake.catalogue.rounds}
                )
            case "POST", "reset":
                fake.recorder.reset()
                fake.sockets = Sockets()
                return json_response(state(fake))
            case "POST", "behaviour":
                behave(fake, orjson.loads(await request.read()))
                return json_response(state(fake))
            case "POST", "faults":
                fake.faults.update(orjson.loads(await request.read()))
                return json_response(state(fake))
    except (ValueError, TypeError) as error:
        return json_response({"error": str(error)}, status=400)
    return web.Response(status=404)


def state(fake: "FakeTmdb") -> dict[str, Any]:
    """Everything a test may want to assert on."""
    return fake.recorder.summary() | {
        "peak_sockets": fake.sockets.peak,
        "round": fake.moment.round,
        "rounds": fake.catalogue.rounds,
        "skipped": list(fake.catalogue.skipped),
        "behaviour": {name: value for name, value in dataclasses.asdict(fake.behaviour).items() if name != "token"},
    }


def behave(fake: "FakeTmdb", wanted: dict[str, Any]) -> None:
    """Set fields of the behaviour. Raises ValueError for one that does not exist or a value it cannot have."""
    types = typing.get_type_hints(Behaviour)
    if unknown := wanted.keys() - types.keys():
        raise ValueError(f"no such behaviour: {', '.join(sorted(unknown))}; there are {', '.join(types)}")
    for name, value in {name: types[name](value) for name, value in wanted.items()}.items():
        setattr(fake.behaviour, name, value)
