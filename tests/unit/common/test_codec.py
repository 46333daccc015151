"""What the codec keeps, what it forgives, what it reports and what it refuses."""

import copy
import json
from typing import Any

import pytest

from lambdas.common import body as body_module
from lambdas.common import codec
from lambdas.common.codec import BadBody, Unrepresentable
from lambdas.common.datasets import DATASETS
from tests.unit.common.bodies import BODIES, dataset_of, differences

AT = 1_700_000_000


def there_and_back(dataset: str, body: dict[str, Any]) -> dict[str, Any]:
    """Encode and decode a body."""
    return codec.decode(dataset, codec.convert(dataset, body, fetched_at=AT).blob)


@pytest.mark.parametrize("name", BODIES)
def test_made_up_bodies_come_back_whole(name: str) -> None:
    """A body with everything TMDB does comes back value by value, with no field unknown to the schema."""
    dataset, body = dataset_of(name), BODIES[name]
    assert codec.convert(dataset, codec.parse(body), fetched_at=AT).unknown == ()
    decoded = codec.decode(dataset, codec.encode(dataset, body, fetched_at=AT))
    assert list(differences(json.loads(body), decoded)) == []


@pytest.mark.parametrize("dataset", [*DATASETS, "season", "episode", "reviews"])
def test_an_empty_object_comes_back_empty_and_says_what_it_is(dataset: str) -> None:
    """Nothing is made up where TMDB sent nothing, and an object names its dataset, version, time and source."""
    blob = codec.encode(dataset, b"{}", fetched_at=AT)
    assert codec.decode(dataset, blob) == {}
    assert codec.metadata(blob) == codec.Metadata(dataset, 1, AT, "themoviedb.org")


def test_null_is_missing_but_empty_text_and_zero_are_not() -> None:
    """Presence is kept: unset stands for null and for a missing key, never for 0, false or ""."""
    body = {"id": 7, "title": "", "runtime": 0, "adult": False, "vote_average": 0, "tagline": None}
    message = codec.read("movie", codec.convert("movie", body, fetched_at=AT).blob)
    kept = {name: message.HasField(name) for name in ("title", "runtime", "adult", "vote_average")}
    assert all(kept.values())
    assert not message.HasField("tagline")
    assert not message.HasField("status")


@pytest.mark.parametrize(
    "body",
    [
        {"id": 1},
        {"id": 1, "genres": []},
        {"id": 1, "genres": [], "origin_country": [], "credits": {"cast": []}},
        {"credits": {}},
        {"credits": {"cast": [], "guest_stars": []}},
        {"watch/providers": {}},
        {"watch/providers": {"results": {}}},
        {"watch/providers": {"results": {"US": {"buy": []}, "AE": {}, "FI": {"ads": []}}}},
        {"similar": {"results": [{"genre_ids": []}, {}, {"genre_ids": [1]}, {"origin_country": []}, {}]}},
        {"release_dates": {"results": [{"release_dates": [{}, {"descriptors": []}]}, {"release_dates": [{}]}, {}]}},
    ],
    ids=str,
)
def test_an_empty_list_or_object_is_not_a_missing_one(body: dict[str, Any]) -> None:
    """[] and {} come back where they were, and only there, at any depth and in any mixture."""
    assert there_and_back("movie", body) == body


def test_what_is_usual_today_costs_nothing() -> None:
    """The schema's rule is what TMDB does now, so that a body of today carries no exceptions to it."""
    offers = {"US": {"link": "x", "buy": [{"provider_id": 2}]}}
    body = {
        **{key: [] for key in ("genres", "origin_country", "production_companies", "production_countries")},
        "spoken_languages": [{"iso_639_1": "en"}],
        "credits": {"cast": [], "crew": []},
        "images": {"backdrops": [], "logos": [], "posters": []},
        "similar": {"results": [{"genre_ids": []}]},
        "release_dates": {"results": [{"release_dates": [{"descriptors": []}]}]},
        "watch/providers": {"results": offers},
    }
    usual = codec.convert("movie", body, fetched_at=AT).blob
    assert not codec.read("movie", usual).meta.exceptions
    del body["origin_country"]
    older = codec.convert("movie", body, fetched_at=AT).blob
    assert [exception.path for exception in codec.read("movie", older).meta.exceptions] == ["origin_country"]


def test_order_is_kept() -> None:
    """Lists come back in TMDB's order, which carries meaning: billing, priority."""
    names = ["b", "a", "c", "a"]
    assert there_and_back("person", {"also_known_as": names})["also_known_as"] == names


@pytest.mark.parametrize(
    ("written", "kept"),
    [("27.4343975493607", 27.4343975493607), ("0", 0), ("-1.5e3", -1500), (7, 7.0), (1e-06, 1e-06), (2**53, 2**53)],
)
def test_a_double_takes_every_way_to_write_a_number(written: object, kept: float) -> None:
    """TMDB writes the same number as 7, 7.0 and, in old appended parts, "7"."""
    decoded = there_and_back("movie", {"popularity": written})
    assert decoded["popularity"] == kept
    assert type(decoded["popularity"]) is float


@pytest.mark.parametrize("written", [2781505847, "2781505847", 2781505847.0, "2781505847.0"])
def test_an_integer_takes_every_way_to_write_it(written: object) -> None:
    """A whole number is the same in each of its spellings, and revenue exceeds 32 bits."""
    assert there_and_back("movie", {"revenue": written}) == {"revenue": 2781505847}


def test_unknown_fields_are_left_out_and_named() -> None:
    """What the schema does not know never stops a body; its place is told without values or list positions."""
    body = {
        "id": 7,
        "brand_new": {"deep": [1]},
        "production_companies": [{"id": 1, "foo": "secret"}, {"id": 2, "foo": None}],
        "watch/providers": {"results": {"US": {"link": "x", "bar": 1}}},
        "watch_providers": {"results": {}},
        "meta": {"fetched_at": 5},
        "season/1": {"id": 3},
    }
    encoded = codec.convert("movie", body, fetched_at=AT)
    assert encoded.unknown == (
        "brand_new",
        "meta",
        "production_companies[].foo",
        "season/1",
        "watch/providers.results{}.bar",
        "watch_providers",
    )
    assert codec.decode("movie", encoded.blob) == {
        "id": 7,
        "production_companies": [{"id": 1}, {"id": 2}],
        "watch/providers": {"results": {"US": {"link": "x"}}},
    }
    assert codec.metadata(encoded.blob).fetched_at == AT


@pytest.mark.parametrize(
    ("dataset", "body", "reason"),
    [
        ("movie", BODIES["tv"], "the fields of tv, not of movie"),
        ("tv", BODIES["movie_2014"], "the fields of movie, not of tv"),
        ("episode", BODIES["season"], "the fields of season, not of episode"),
        ("collection", BODIES["company"], "not of collection"),
        ("movie", b'{"success":false,"status_code":34,"status_message":"not found"}', "no field of movie"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_of_another_kind_is_refused(dataset: str, body: bytes, reason: str) -> None:
    """A body that another dataset knows more of, or none knows, would lose most of itself: that is no new field."""
    with pytest.raises(Unrepresentable, match=reason):
        codec.encode(dataset, body, fetched_at=AT)


def test_our_own_name_inside_a_part_is_unknown_too() -> None:
    """`meta` is ours at every level, though an episode within a season is the same message as one alone."""
    encoded = codec.convert("season", {"episodes": [{"id": 1, "meta": {"fetched_at": 5}}]}, fetched_at=AT)
    assert encoded.unknown == ("episodes[].meta",)
    assert codec.decode("season", encoded.blob) == {"episodes": [{"id": 1}]}


def test_reports_of_unknown_fields_are_bounded_and_printable() -> None:
    """A body full of strange keys cannot flood a log, nor forge a line of it."""
    strange = {f"\n{i:05d}" + "x" * 500: i for i in range(10_000)}
    unknown = codec.convert("keyword", {"id": 1, **strange}, fetched_at=AT).unknown
    assert len(unknown) == 50
    assert all(pattern.isprintable() and len(pattern) < 100 for pattern in unknown)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"id": "seven"}, "id"),
        ({"id": 2**31}, "id"),
        ({"id": 7.5}, "id"),
        ({"id": "1e-400"}, "id"),
        ({"id": "0.99999999999999999999"}, "id"),
        ({"id": True}, "id"),
        ({"id": []}, "id"),
        ({"id": ""}, "id"),
        ({"revenue": 2**63}, "revenue"),
        ({"revenue": 1e19}, "revenue"),
        ({"title": 7}, "title"),
        ({"title": {}}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"adult": 1}, "adult"),
        ({"adult": "false"}, "adult"),
        ({"popularity": True}, "popularity"),
        ({"popularity": 2**53 + 1}, "popularity"),
        ({"popularity": float("nan")}, "popularity"),
        ({"popularity": float("-inf")}, "popularity"),
        ({"popularity": "1e999"}, "popularity"),
        ({"popularity": "0x10"}, "popularity"),
        ({"popularity": "9" * 5000}, "popularity"),
        ({"genres": {}}, "genres"),
        ({"genres": ""}, "genres"),
        ({"genres": [None]}, "genres[0]"),
        ({"genres": [{"id": 1}, []]}, "genres[1]"),
        ({"origin_country": "US"}, "origin_country"),
        ({"origin_country": {"US": 1}}, "origin_country"),
        ({"origin_country": ["US", None]}, "origin_country[1]"),
        ({"credits": []}, "credits"),
        ({"credits": {"cast": [{"id": 1}, {"id": 2, "popularity": False}]}}, "credits.cast[1].popularity"),
        ({"images": {"posters": [{"width": "wide"}]}}, "images.posters[0].width"),
        ({"watch/providers": {"results": []}}, "watch/providers.results"),
        ({"watch/providers": {"results": {"US": []}}}, "watch/providers.results.US"),
        ({"watch/providers": {"results": {"US": {"link": 5}}}}, "watch/providers.results.US.link"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_a_field_cannot_hold_is_an_error_that_names_the_place(body: dict[str, Any], path: str) -> None:
    """No value is ever changed silently: a wrong type, a number out of range or a null in a list ends the body."""
    with pytest.raises(Unrepresentable) as caught:
        codec.convert("movie", body, fetched_at=AT)
    assert caught.value.path == path
    assert str(caught.value).startswith(path)


def test_a_null_country_is_a_missing_one() -> None:
    """A map is an object: null in it means the same as everywhere else in an object."""
    assert there_and_back("movie", {"watch/providers": {"results": {"US": None}}}) == {
        "watch/providers": {"results": {}}
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"<html>502 Bad Gateway</html>",
        b'{"id":7',
        b'{"id":7}x',
        b'{"id":NaN}',
        b'{"id":1e999}',
        b'{"title":"\\ud800"}',
        b'{"title":"\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a":' * 100_000,
        b"[" * 1_000_000,
        b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    """Bytes that are no body are one clear error, however deep or broken."""
    with pytest.raises(BadBody):
        codec.encode("movie", body, fetched_at=AT)


def test_a_body_beyond_all_reason_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at first: parsing costs many times the memory of the bytes."""
    monkeypatch.setattr(body_module, "LARGEST_BODY", 10)
    with pytest.raises(BadBody, match="more than 10"):
        codec.encode("movie", b" " * 11, fetched_at=AT)


def test_more_values_than_any_body_has_are_refused_before_they_are_parsed() -> None:
    """What a value costs is not its bytes: a list of empty objects takes a hundred times its own size."""
    with pytest.raises(BadBody, match="more than 300000 values"):
        codec.encode("movie", b'{"genres":[' + b"{}," * 150_000 + b"{}]}", fetched_at=AT)


def test_deep_nesting_where_the_schema_does_not_look_is_harmless() -> None:
    """An unknown field is not walked into."""
    deep = b'{"id":7,"unheard_of":' + b"[" * 900 + b"]" * 900 + b"}"
    assert codec.convert("movie", codec.parse(deep), fetched_at=AT).unknown == ("unheard_of",)


def test_of_two_equal_keys_the_last_counts() -> None:
    """The one liberty of the parser, the same as JavaScript's."""
    assert codec.decode("movie", codec.encode("movie", b'{"id":1,"id":2}', fetched_at=AT)) == {"id": 2}


@pytest.mark.parametrize("name", ["movie", "movie_2014"])
def test_the_callers_body_stays_as_it_was(name: str) -> None:
    """The collector goes on using the body it parsed, so neither path may touch it."""
    body = codec.parse(BODIES[name])
    before = copy.deepcopy(body)
    codec.convert("movie", body, fetched_at=AT)
    assert body == before


def test_the_same_body_gives_the_same_bytes() -> None:
    """Encoding is deterministic, whatever the order of the keys of an object."""
    body = codec.parse(BODIES["movie"])
    countries = body["watch/providers"]["results"]
    turned = {**body, "watch/providers": {"results": dict(reversed(countries.items()))}}
    assert codec.convert("movie", body, fetched_at=AT) == codec.convert("movie", turned, fetched_at=AT)


@pytest.mark.parametrize("dataset", ["", "movies", "Movie", "common", "../movie"])
def test_an_unknown_dataset_is_named(dataset: str) -> None:
    """A wrong dataset is a sentence with the right ones."""
    with pytest.raises(ValueError, match="movie, tv, person"):
        codec.encode(dataset, b"{}", fetched_at=AT)
