"""Generates the Python of the `.proto` files beside it, and their descriptor set: `python -m proto.generate`.

The output is committed and depends on the pinned grpcio-tools only, so a test generates again and compares. A
schema that is not compatible with the committed descriptor set is refused.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from proto.compatible import breaches

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTORS = Path("proto/tmdb/v1/descriptors.binpb")


def generate(out: Path) -> None:
    """Write `*_pb2.py`, `*_pb2.pyi` and the descriptor set under `out`, at their paths in the repository."""
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
        for fresh in out.glob("proto/tmdb/*/*"):
            (ROOT / fresh.relative_to(out)).write_bytes(fresh.read_bytes())
    sys.stdout.write("The generated code is current.\n")


if __name__ == "__main__":
    main()
