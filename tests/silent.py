"""A server that takes connections and says nothing."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread


@contextmanager
def listening() -> Iterator[int]:
    """It listens on the port that this gives."""
    with ExitStack() as held, socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with suppress(OSError):
                while True:
                    held.enter_context(listener.accept()[0])

        thread = Thread(target=take)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
