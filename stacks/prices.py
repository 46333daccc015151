"""The price table: what a unit of each meter costs, and how many of them a month AWS gives every account for nothing.

List prices of one region, in dollars, without tax. The allowances do not end with an account's first year; but they are
the account's, shared with all else it does, and every one of them begins anew each month.

Checked against stored copies of the sources, or of pages of 2025 and 2026 that quote them. No copy had the prices of
storing logs, backups and Bunny's objects: those are from before.
"""

from dataclasses import dataclass
from typing import Literal, get_args

REGION = "us-east-1"
READ_ON = "2026-11-20"
"""When that was done."""

Meter = Literal[
    "lambda GB-second",
    "lambda request",
    "sqs request",
    "dynamodb write",
    "dynamodb read",
    "dynamodb GB-month",
    "dynamodb backup GB-month",
    "s3 PUT",
    "s3 GET",
    "s3 GB-month",
    "bunny PUT",
    "bunny GB-month",
    "traffic GB",
    "log GB",
    "log GB-month",
    "trace",
    "metric-month",
    "alarm-month",
    "secret-month",
    "secret request",
    "aurora ACU-hour",
    "aurora GB-month",
    "aurora request",
]


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars a unit beyond the first `free` units of a month."""

    dollars: float
    free: float
    source: str


_LAMBDA = "https://aws.amazon.com/lambda/pricing/"
_DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
_S3 = "https://aws.amazon.com/s3/pricing/"
_BUNNY = "https://bunny.net/pricing/storage/"
_CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
_AURORA = "https://aws.amazon.com/rds/aurora/pricing/"
_SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"

PRICES: dict[Meter, Price] = {
    "lambda GB-second": Price(0.0000133334, 400_000, _LAMBDA),  # arm64
    "lambda request": Price(0.20e-6, 1_000_000, _LAMBDA),
    "sqs request": Price(0.40e-6, 1_000_000, "https://aws.amazon.com/sqs/pricing/"),
    "dynamodb write": Price(0.625e-6, 0, _DYNAMODB),
    "dynamodb read": Price(0.125e-6, 0, _DYNAMODB),
    "dynamodb GB-month": Price(0.25, 25, _DYNAMODB),
    "dynamodb backup GB-month": Price(0.20, 0, _DYNAMODB),  # point-in-time recovery
    "s3 PUT": Price(5e-6, 0, _S3),
    "s3 GET": Price(0.40e-6, 0, _S3),  # and HEAD
    "s3 GB-month": Price(0.023, 0, _S3),
    "bunny PUT": Price(0, 0, _BUNNY),
    "bunny GB-month": Price(0.01, 0, _BUNNY),  # one region
    "traffic GB": Price(0.09, 100, "https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer"),  # to the internet
    "log GB": Price(0.50, 5, _CLOUDWATCH),
    "log GB-month": Price(0.03, 5, _CLOUDWATCH),
    "trace": Price(5e-6, 100_000, "https://aws.amazon.com/xray/pricing/"),
    "metric-month": Price(0.30, 10, _CLOUDWATCH),
    "alarm-month": Price(0.10, 10, _CLOUDWATCH),
    "secret-month": Price(0.40, 0, _SECRETS),
    "secret request": Price(5e-6, 0, _SECRETS),
    "aurora ACU-hour": Price(0.12, 0, _AURORA),  # Serverless v2
    "aurora GB-month": Price(0.10, 0, _AURORA),
    "aurora request": Price(0.20e-6, 0, _AURORA),  # to storage
}

if missing := set(get_args(Meter)) - PRICES.keys():
    raise TypeError(f"no price for {', '.join(sorted(missing))}")
