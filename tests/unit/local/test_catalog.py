"""`python -m local.catalog`: everything at once, until it is told to stop."""

import json
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.catalog import gateway

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The command; gives its URL."""
    command = [sys.executable, "-m", "local.catalog", "--port", "0", "--data", str(data), "--edge-url", "http://edge"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def ask(url: str, body: Any = None) -> Any:
    """The JSON at a URL."""
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(url, data=data, timeout=30) as answer:
        return json.load(answer)


def test_movies_are_still_there_next_time() -> None:
    """It serves, stops when asked to, and keeps its folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        with running(data) as url:
            assert ask(url)["edge_url"] == "http://edge"
            assert ask(f"{url}/movies", {"title": "Łódź", "year": 2000})["stored"] == 1
        with running(data) as url:
            assert [movie["title"] for movie in ask(f"{url}/movies?title=lodz")["movies"]] == ["Łódź"]


def test_a_function_that_fails_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """As at API Gateway: its caller gets 500 and learns nothing of why; who runs it does."""

    def fail(*_: Any) -> dict[str, Any]:
        raise RuntimeError("canary")

    with gateway.serving(fail) as url, pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(url)
    with raised.value as answer:
        assert (answer.code, json.load(answer)) == (500, {"message": "Internal Server Error"})
    assert "canary" in capsys.readouterr().err


def test_a_body_that_is_too_large_is_refused() -> None:
    """Lambda takes 6 MB: more does not even reach the function."""
    with gateway.serving(lambda *_: {"statusCode": 200}) as url, pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(urllib.request.Request(url, data=b"x", headers={"Content-Length": "7000000"}))
    with raised.value as answer:
        assert answer.code == 413
