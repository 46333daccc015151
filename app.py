"""Your own, always fresh copy of TMDB: the stacks, in the order data flows. `npx cdk deploy --all` puts them on AWS."""

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.access import AccessStack
from stacks.catalog import CatalogStack
from stacks.context import OWN, own_stages
from stacks.lake import LakeStack
from stacks.monitoring import MonitoringStack
from stacks.pipeline import PipelineStack
from stacks.settings import Settings
from stacks.storage import StorageStack


def build(app: cdk.App) -> None:
    """Add the stacks of the stage that the context names."""
    settings = Settings.load(app.node.try_get_context)
    name = f"Tmdb-{settings.stage}"
    tags = {"project": "tmdb", "stage": settings.stage}  # of all there is, for who pays the bill

    # what must survive: edge bucket behind a CDN, state table, secrets
    storage = StorageStack(app, f"{name}-Storage", settings=settings, tags=tags)

    # schedules -> harvester -> work queue -> collectors -> edge
    pipeline = PipelineStack(app, f"{name}-Pipeline", settings=settings, storage=storage, tags=tags)

    # objects of bronze -> queue -> lake writer -> silver -> gold, all of it in SQL
    lake = None
    if storage.lake:
        lake = LakeStack(app, f"{name}-Lake", settings=settings, bucket=storage.lake, tags=tags)

    # objects of bronze, and files that are dropped -> queue -> catalog loader -> Postgres -> search API and page
    catalog = None
    if settings.catalog and storage.lake:
        catalog = CatalogStack(
            app, f"{name}-Catalog", settings=settings, bucket=storage.lake, edge_url=storage.edge_url, tags=tags
        )

    # alarms on what needs a person, and a dashboard
    MonitoringStack(
        app,
        f"{name}-Monitoring",
        settings=settings,
        storage=storage,
        pipeline=pipeline.pipeline,
        lake=lake,
        catalog=catalog,
        tags=tags,
    )

    # what people may do, who read or work on all of that
    AccessStack(app, f"{name}-Access", settings=settings, storage=storage, tags=tags)

    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))


if __name__ == "__main__":
    app = cdk.App(context={OWN: own_stages()})
    build(app)
    app.synth()
