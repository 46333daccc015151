"""One DynamoDB table with keys `pk` and `sk`: the few operations that the state needs, each whole or not at all.

A condition that does not hold is an answer (False); a table that does not answer is a Retry.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from lambdas.common.aws import Aws, Refused
from lambdas.common.errors import Retry

Values = Mapping[str, str | int | float]
ABSENT = "attribute_not_exists(pk)"
"""The condition that an item is not there yet."""
_UNMET = "ConditionalCheckFailed"
_CONFLICTED = {"TransactionConflict", "TransactionConflictException"}
"""Another write of the same item was under way, in or beside a transaction."""
_CONFLICTS = 8


class Table:
    """The table `name`. Every method raises Retry when DynamoDB does not answer."""

    def __init__(self, name: str, aws: Aws) -> None:
        self._name = name
        self._aws = aws

    async def get(self, pk: str, sk: str) -> dict[str, str] | None:
        """The item as last written, its numbers as text; None when there is none."""
        key = _marshal({"pk": pk, "sk": sk})
        answer = await self._aws.call("dynamodb", "GetItem", TableName=self._name, Key=key, ConsistentRead=True)
        return _unmarshal(answer["Item"]) if "Item" in answer else None

    async def items(self, pk: str, prefix: str = "") -> list[dict[str, str]]:
        """All items under `pk` whose `sk` starts with `prefix`, in the order of `sk`."""
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", {**values, ":prefix": prefix}
        query: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _marshal(values),
            "ConsistentRead": True,
        }
        found: list[dict[str, str]] = []
        while True:
            answer = await self._aws.call("dynamodb", "Query", **query)
            found += [_unmarshal(item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def put(self, item: Values, condition: str = ABSENT, values: Values | None = None) -> bool:
        """Put the item if `condition` holds of the one that is there; `#name` in it is the attribute `name`."""
        return await self._write("PutItem", **self._put(item, condition, values or {}))

    async def update(self, pk: str, sk: str, expression: str, values: Values, condition: str = "") -> bool:
        """Update the item, or make it, if `condition` holds; `#name` in the expressions is the attribute `name`."""
        return await self._write("UpdateItem", **self._update(pk, sk, expression, values, condition))

    async def put_and_update(self, item: Values, pk: str, sk: str, expression: str, values: Values) -> bool:
        """Put the item and update another, both or neither; False when the first is there already."""
        put, update = self._put(item, ABSENT, {}), self._update(pk, sk, expression, values, "")
        items = [{"Put": put}, {"Update": update}]
        # The same call twice, because its answer was lost, is done once: DynamoDB knows it by this.
        token = hashlib.sha256(orjson.dumps(items)).hexdigest()[:36]
        return await self._write("TransactWriteItems", TransactItems=items, ClientRequestToken=token)

    def _put(self, item: Values, condition: str, values: Values) -> dict[str, Any]:
        put = {"TableName": self._name, "Item": _marshal(item), "ConditionExpression": condition}
        return put | _expressed(condition, values)

    def _update(self, pk: str, sk: str, expression: str, values: Values, condition: str) -> dict[str, Any]:
        update: dict[str, Any] = {
            "TableName": self._name,
            "Key": _marshal({"pk": pk, "sk": sk}),
            "UpdateExpression": expression,
        }
        if condition:
            update["ConditionExpression"] = condition
        return update | _expressed(f"{expression} {condition}", values)

    async def _write(self, operation: str, **arguments: Any) -> bool:
        """Whether it was done; False when a condition did not hold."""
        for _ in range(_CONFLICTS):
            try:
                await self._aws.call("dynamodb", operation, **arguments)
                return True
            except Refused as error:
                codes = {error.code, *error.reasons}
                if any(code.startswith(_UNMET) for code in codes):
                    return False
                if not codes & _CONFLICTED:
                    raise
        raise Retry(f"DynamoDB did not {operation}: the item was contended {_CONFLICTS} times")


def _expressed(expressions: str, values: Values) -> dict[str, Any]:
    """Names and values that expressions refer to."""
    names = {word: word[1:] for word in expressions.replace(",", " ").split() if word.startswith("#")}
    expressed = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": _marshal(values)}
    return {name: value for name, value in expressed.items() if value}


def _marshal(values: Values) -> dict[str, dict[str, str]]:
    return {name: {"S": value} if isinstance(value, str) else {"N": repr(value)} for name, value in values.items()}


def _unmarshal(item: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: next(iter(value.values())) for name, value in item.items()}
