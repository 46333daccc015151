"""What is played: a stage with a little work before it, to its end."""

from typing import Protocol

from tests.chaos.stored import Stored
from tests.chaos.world import World


class Scene(Protocol):
    """A stage at work. It is played once in peace, and once more for every point at which its process can die."""

    name: str

    async def prepare(self, world: World) -> None:
        """Bring about what is there before. Nobody is killed yet."""

    async def play(self, world: World) -> None:
        """Have the stage work to its end, whoever dies."""

    async def stored(self, world: World) -> Stored:
        """What is there after."""

    async def check(self, world: World) -> None:
        """Look at what is there between a death and the rerun. Raises AssertionError when nobody may see that."""
