"""Our own design as it is first written: json, json_format.ParseDict, lz4, and aioboto3 into S3."""

import asyncio
import json

import aioboto3
import aiohttp
import lz4.frame
from aiobotocore.config import AioConfig
from google.protobuf import json_format

from bench.peers.task import HEADERS, PARTS, task
from proto.tmdb.v1.movie_pb2 import Movie

_IN_FLIGHT = 20
_PLAIN = AioConfig(request_checksum_calculation="when_required")


async def _main() -> None:
    api, ids, _ = task()
    waiting = iter(ids)
    async with aiohttp.ClientSession(headers=HEADERS) as session, aioboto3.Session().client("s3", config=_PLAIN) as s3:

        async def worker() -> None:
            for id in waiting:
                async with session.get(f"{api}/movie/{id}", params={"append_to_response": PARTS}) as answer:
                    answer.raise_for_status()
                    body = json.loads(await answer.read())
                movie = json_format.ParseDict(body, Movie(), ignore_unknown_fields=True)
                packed = lz4.frame.compress(movie.SerializeToString(), content_checksum=True)
                await s3.put_object(Bucket="edge", Key=f"movie/{id}.pb.lz4", Body=packed)

        await asyncio.gather(*(worker() for _ in range(_IN_FLIGHT)))


if __name__ == "__main__":
    asyncio.run(_main())
