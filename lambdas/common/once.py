"""What a reader sees of a table by day: a view of its files that has each row once.

A row may lie in two files: while a day is merged, and when an object of bronze is written once more after that. So a
reader never asks the files, but this query of them, in DuckDB as on Athena, where it is a view by the table's own name.

`dt` is among the columns that make a row, though it makes none another one: a condition on it then reaches the files,
in Trino as in DuckDB, and days that nobody asked for are not read. The same goes for one on an id.
"""

from lambdas.common.columns import TEXT, Column
from lambdas.common.tables import TABLES, Table

DAY = Column("dt", TEXT)


def files_of(table: Table) -> str:
    """What the table of the files is called, in which a row may be twice."""
    return f"{table.name}_files"


def is_view(table: Table) -> bool:
    """Whether rows of the table may be there twice: where its files are written one an object, and merged later."""
    return table.by_day and table.name in TABLES


def seen(table: Table) -> list[Column]:
    """The columns a reader sees."""
    return [*table.columns, DAY] if table.by_day else [*table.columns]


def once(table: Table) -> str:
    """The view, in Trino's SQL. Of rows that are the same, the table's `preferred` one stays."""
    columns = ", ".join(column.quoted for column in seen(table))
    same = ", ".join(f'"{name}"' for name in ("dt", *table.unique))
    order = f" ORDER BY {', '.join(table.preferred)}" if table.preferred else ""
    numbered = f"SELECT *, row_number() OVER (PARTITION BY {same}{order}) AS nth FROM {files_of(table)}"  # noqa: S608
    return f"SELECT {columns} FROM ({numbered}) WHERE nth = 1"  # noqa: S608 - names of ours
