"""The scenes, in the order data flows."""

from tests.chaos.scene import Scene
from tests.chaos.scenes.catalog import Load, Migrate
from tests.chaos.scenes.collect import Collect
from tests.chaos.scenes.harvest import Export, Ids, Pages, Sync
from tests.chaos.scenes.lake import Build, Compact, Write
from tests.chaos.scenes.operate import Redrive

SCENES: tuple[Scene, ...] = (
    *(Export(), Sync(), Pages(), Ids()),
    *(Collect("s3"), Collect("bunny")),
    *(Write(), Compact(), Build()),
    *(Load(), Migrate()),
    Redrive(),
)
