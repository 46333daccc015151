"""The people of made-up titles, as credits show them."""

from local.catalogue import text
from local.catalogue.draw import Draw
from local.catalogue.protocol import Body

_JOBS = (
    ("Directing", "Director"),
    ("Writing", "Screenplay"),
    ("Sound", "Original Music Composer"),
    ("Camera", "Gaffer"),
    ("Production", "Producer"),
    ("Visual Effects", "Animation"),
    ("Art", "Set Decoration"),
    ("Crew", "Stunts"),
)


def person(draw: Draw) -> Body:
    """A person as credits show it."""
    name = text.person(draw.bits())
    return {
        "adult": False,
        "gender": draw.one((0, 1, 2, 2, 3)),
        "id": 1 + draw.number(3_800_000),
        "known_for_department": draw.one(("Acting", "Acting", "Directing", "Writing", "Sound")),
        "name": name,
        "original_name": name,
        "popularity": round(draw.random.random() * 5, 4),
        "profile_path": draw.path_or_none(),
    }


def _character(draw: Draw) -> str:
    return draw.one(("", "Self", text.person(draw.bits()), text.person(draw.bits()) + " (voice)"))


def cast(draw: Draw, count: int, *, with_cast_id: bool = False) -> list[Body]:
    """The people on screen."""
    rows = []
    for order in range(count):
        ids = {"cast_id": order + 2} if with_cast_id else {}
        rows.append(person(draw) | ids | {"character": _character(draw), "credit_id": draw.hex(), "order": order})
    return rows


def crew(draw: Draw, count: int) -> list[Body]:
    """The people behind the camera."""
    rows = []
    for _ in range(count):
        department, job = draw.one(_JOBS)
        rows.append(person(draw) | {"credit_id": draw.hex(), "department": department, "job": job})
    return rows


def cast_and_crew(draw: Draw, *, with_cast_id: bool = False) -> Body:
    """Cast and crew of a title."""
    return {
        "cast": cast(draw, draw.up_to(150, draw.number(5)), with_cast_id=with_cast_id),
        "crew": crew(draw, draw.up_to(260, draw.number(4))),
    }


def aggregate_credits(draw: Draw) -> Body:
    """Cast and crew of all seasons, with their roles and jobs."""
    episodes = 1 + draw.number(60)
    on_screen = [
        person(draw)
        | {
            "roles": [{"credit_id": draw.hex(), "character": _character(draw), "episode_count": episodes}],
            "total_episode_count": episodes,
            "order": order,
        }
        for order in range(draw.up_to(120, draw.number(6)))
    ]
    behind = []
    for _ in range(draw.up_to(150, draw.number(4))):
        department, job = draw.one(_JOBS)
        jobs = [{"credit_id": draw.hex(), "job": job, "episode_count": 1 + draw.number(episodes)}]
        behind.append(person(draw) | {"jobs": jobs, "department": department, "total_episode_count": episodes})
    return {"cast": on_screen, "crew": behind}
