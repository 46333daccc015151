"""dlt's rest_api source to Parquet files, nested values kept as JSON."""

from collections.abc import Iterator
from typing import Any

import dlt
from dlt.destinations import filesystem
from dlt.sources.rest_api import rest_api_source

from bench.peers.task import HEADERS, PARTS, task


def main() -> None:
    """Run one pipeline."""
    api, ids, folder = task()

    @dlt.resource(name="ids", selected=False)
    def listed() -> Iterator[list[dict[str, Any]]]:
        yield [{"id": id} for id in ids]

    source = rest_api_source(
        {
            "client": {"base_url": f"{api}/", "headers": HEADERS, "paginator": "single_page"},
            "resources": [
                {
                    "name": "movies",
                    "endpoint": {
                        "path": "movie/{resources.ids.id}",
                        "params": {"append_to_response": PARTS},
                        "data_selector": "$",
                    },
                },
                listed(),
            ],
        }
    )
    source.max_table_nesting = 0
    pipeline = dlt.pipeline(
        "movies",
        pipelines_dir=str(folder / "state"),
        destination=filesystem(f"file://{folder / 'out'}"),
        dataset_name="tmdb",
    )
    pipeline.run(source, loader_file_format="parquet")


if __name__ == "__main__":
    main()
