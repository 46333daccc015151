"""Generates the Python of the `.proto` files beside it, their descriptor set, and the schema that the catalog's page
reads objects by: `python -m proto.generate`.

The output is committed and depends on the pinned grpcio-tools only, so a test generates again and compares. A
schema that is not compatible with the committed descriptor set is refused.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from proto.compatible import breaches
from proto.javascript import table, types

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTORS = Path("proto/tmdb/v1/descriptors.binpb")
PAGE = Path("lambdas/catalog_api/page")
"""Where the schema for JavaScript goes: a page is served whole, from one folder."""
PAGE_READS = ("Movie",)
"""Messages that the page decodes."""
PAGE_KNOWS = (*PAGE_READS, "CatalogPage")
"""Those, and what it is told in JSON."""


def generate(out: Path) -> None:
    """Write `*_pb2.py`, `*_pb2.pyi`, the descriptor set and the page's schema under `out`, at their paths here."""
    sources = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("proto/tmdb/*/*.proto"))
    arguments = [
        f"--proto_path={ROOT}",
        f"--proto_path={Path(protoc.__file__).parent / '_proto'}",  # google/protobuf/descriptor.proto
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--descriptor_set_out={out / DESCRIPTORS}",
    ]
    (out / DESCRIPTORS).parent.mkdir(parents=True, exist_ok=True)
    if protoc.main(["protoc", *arguments, *sources]) != 0:
        raise SystemExit("protoc failed; its message is above")
    files = FileDescriptorSet.FromString((out / DESCRIPTORS).read_bytes())
    (out / PAGE).mkdir(parents=True, exist_ok=True)
    (out / PAGE / "schema.js").write_text(table(files, PAGE_READS))
    (out / PAGE / "types.d.ts").write_text(types(files, PAGE_KNOWS))


def main() -> None:
    """Replace what is committed, unless the schema broke with it."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        generate(out)
        old = FileDescriptorSet.FromString((ROOT / DESCRIPTORS).read_bytes())
        new = FileDescriptorSet.FromString((out / DESCRIPTORS).read_bytes())
        found = breaches(old, new)
        if found:
            raise SystemExit("\n".join(["The schema would break objects and readers that exist:", *found]))
        for stale in ROOT.glob("proto/tmdb/*/*_pb2.py*"):
            stale.unlink()
        for fresh in (path for path in out.rglob("*") if path.is_file()):
            (ROOT / fresh.relative_to(out)).write_bytes(fresh.read_bytes())
    sys.stdout.write("The generated code is current.\n")


if __name__ == "__main__":
    main()
