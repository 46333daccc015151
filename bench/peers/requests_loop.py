"""A loop with requests, one session, one JSON file a movie."""

import json

import requests

from bench.peers.task import HEADERS, PARTS, task


def main() -> None:
    """Fetch and write."""
    api, ids, folder = task()
    with requests.Session() as session:
        session.headers.update(HEADERS)
        for id in ids:
            answer = session.get(f"{api}/movie/{id}", params={"append_to_response": PARTS}, timeout=30)
            answer.raise_for_status()
            (folder / f"{id}.json").write_text(json.dumps(answer.json()))


if __name__ == "__main__":
    main()
