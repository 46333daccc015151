"""One form for all spellings of a text, on both sides of every comparison."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.catalog.text import normalise
from local.postgres import Postgres


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("ﬁnal oﬀer", "final offer"),
        ("Amélie", "amelie"),
        ("Ame\u0301lie", "amelie"),
        ("İstanbul ISPARTA ışık", "istanbul isparta isik"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Ærø þing ĐURO", "aero thing duro"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("ガンダム", "ガンダム"),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
        ("기생충", "기생충"),
        ("Ёлки", "елки"),
        ("หนัง", "หนัง"),
        ("Rock ’n’ Roll — part\u00a0Ⅱ", "rock 'n' roll - part ii"),
        ("  two\n\twords ", "two words"),
        ("", ""),
    ],
)
def test_spellings_that_are_the_same(text: str, form: str) -> None:
    """Case, accents, ligatures, widths and blanks make no difference; letters of other scripts stay what they are."""
    assert normalise(text) == form


@given(st.text())
def test_a_form_is_its_own_form(text: str) -> None:
    """Normalising twice changes nothing, so a term that was copied from a form finds it."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(), st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")))
def test_unicode_forms_are_one(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    """However a sender composes characters, the text compares the same."""
    assert normalise(unicodedata.normalize(form, text)) == normalise(text)


@given(st.text(), st.text())
def test_a_part_is_found_in_the_whole(before: str, after: str) -> None:
    """A word between two others is found by itself, whatever the others are."""
    assert normalise("Łódź") in normalise(f"{before} Łódź {after}")


def test_forms_are_one_line() -> None:
    """No term can reach from one line of a searched column into the next."""
    assert not set(normalise("".join(map(chr, range(0x3000))))) & set("\n\r\0")


def test_latin_is_spelled_as_unaccent_does(server: Postgres) -> None:
    """Every Latin letter is compared as Postgres's own unaccent would have it."""
    letters = [chr(code) for code in range(0xC0, 0x250) if unicodedata.category(chr(code))[0] == "L"]
    letters += [chr(code) for code in range(0x1E00, 0x1F00)]
    with server.database() as name, server.connect(name) as connection:
        connection.execute("CREATE EXTENSION unaccent")
        ask = "SELECT letter, unaccent(letter) FROM unnest(%s::text[]) AS letter"
        spelled: dict[str, str] = dict(connection.execute(ask, [letters]).fetchall())
    ours = {letter: normalise(letter) for letter, plain in spelled.items() if plain.isascii()}
    assert len(ours) > 500
    others = {letter for letter, form in ours.items() if form != spelled[letter].casefold()}
    assert others <= set("ĿŀẚƖ")  # of these unaccent drops a mark, or knows the large letter and not the small one
