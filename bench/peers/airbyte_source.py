"""A declarative source on airbyte-cdk, its messages into a file."""

import logging

import orjson
from airbyte_cdk.models import AirbyteMessageSerializer, ConfiguredAirbyteCatalog, ConfiguredAirbyteCatalogSerializer
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource

from bench.peers.task import HEADERS, PARTS, task


def main() -> None:
    """Read everything."""
    api, ids, folder = task()
    stream = {
        "type": "DeclarativeStream",
        "name": "movies",
        "primary_key": ["id"],
        "schema_loader": {"type": "InlineSchemaLoader", "schema": {"type": "object", "additionalProperties": True}},
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {
                "type": "HttpRequester",
                "url_base": api,
                "path": "/movie/{{ stream_partition.id }}",
                "http_method": "GET",
                "request_headers": HEADERS,
                "request_parameters": {"append_to_response": PARTS},
            },
            "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}},
            "partition_router": {
                "type": "ListPartitionRouter",
                "cursor_field": "id",
                "values": [str(id) for id in ids],
            },
        },
    }
    manifest = {
        "version": "7.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["movies"]},
        "streams": [stream],
        "concurrency_level": {"type": "ConcurrencyLevel", "default_concurrency": 10},
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
    }
    catalog: ConfiguredAirbyteCatalog = ConfiguredAirbyteCatalogSerializer.load(
        {
            "streams": [
                {
                    "stream": {"name": "movies", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
                    "sync_mode": "full_refresh",
                    "destination_sync_mode": "overwrite",
                }
            ]
        }
    )
    source = ConcurrentDeclarativeSource(catalog=catalog, config={}, state=[], source_config=manifest)
    with (folder / "movies.jsonl").open("wb") as out:
        for message in source.read(logging.getLogger("airbyte"), {}, catalog, []):
            out.write(orjson.dumps(AirbyteMessageSerializer.dump(message)) + b"\n")


if __name__ == "__main__":
    main()
