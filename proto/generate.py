"""Generates the Python of the `.proto` files beside them: `python -m proto.generate`.

The output is committed. It depends on the pinned grpcio-tools only, so that a test can generate again and compare.
"""

import sys
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTORS = Path("proto/tmdb/v1/descriptors.binpb")


def generate(out: Path) -> None:
    """Writes `*_pb2.py`, `*_pb2.pyi` and the descriptor set of every `.proto` file under `out`, at their paths in the repository."""
    sources = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("proto/tmdb/*/*.proto"))
    well_known = Path(protoc.__file__).parent / "_proto"
    (out / DESCRIPTORS).parent.mkdir(parents=True, exist_ok=True)
    arguments = [
        "protoc",
        f"--proto_path={ROOT}",
        f"--proto_path={well_known}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--descriptor_set_out={out / DESCRIPTORS}",
        *sources,
    ]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc failed; its message is above")


if __name__ == "__main__":
    for stale in ROOT.glob("proto/tmdb/*/*_pb2.py*"):
        stale.unlink()
    generate(ROOT)
    sys.stdout.write("generated\n")
