"""What the lake knows of IMDb ids: which movie or show says that it has one. An id that is known costs no /find."""

from pathlib import Path

from cli.lake import answer
from cli.stage import Stage
from lambdas.common.work import Known

_QUERY = """
SELECT CAST(substr(imdb_id, 3) AS integer) AS imdb, min(title) AS title
FROM (
    SELECT imdb_id, 'movie/' || CAST(id AS varchar) AS title FROM movie_current
    UNION ALL
    SELECT external_ids.imdb_id AS imdb_id, 'tv/' || CAST(id AS varchar) AS title FROM tv_current
) AS titles
WHERE regexp_like(imdb_id, '^tt([0-9]{7}|[1-9][0-9]{7,8})$')
GROUP BY imdb_id
HAVING count(*) = 1
"""
"""What two titles claim is ambiguous, and not known. Ids of ten digits, which IMDb is far from, are looked up."""


def known_of(where: Path | Stage) -> Known:
    """The numbers of IMDb ids and where their titles are, by the lake in a folder or of a stage. Raises Failure."""
    with answer(where, _QUERY) as (_, rows):
        return {int(imdb): str(title) for imdb, title in rows}


def known_to(stage: Stage) -> Known:
    """The same of a stage; nothing where it has no lake yet. Raises Failure."""
    where = stage.folder / "lake" if stage.folder else stage
    there = where.is_dir() if isinstance(where, Path) else "Workgroup" in stage.outputs
    return known_of(where) if there else {}
