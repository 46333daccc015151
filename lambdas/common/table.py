"""One DynamoDB table with keys `pk` and `sk`: the few operations that the state needs, each whole or not at all.

A condition that does not hold is an answer (False); a table that does not answer is a Retry.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from lambdas.common.errors import Retry

Values = Mapping[str, str | int | float]
ABSENT = "attribute_not_exists(pk)"
"""The condition that an item is not there yet."""
_UNMET = "ConditionalCheckFailed"
_CONFLICTED = {"TransactionConflict", "TransactionConflictException"}
"""Another write of the same item was under way, in or beside a transaction. botocore tries neither again."""
_CONFLICTS = 8


class Table:
    """The table `name`. Every method raises Retry when DynamoDB does not answer."""

    def __init__(self, name: str, client: Any) -> None:
        self._name = name
        self._client = client

    async def get(self, pk: str, sk: str) -> dict[str, str] | None:
        """The item as last written, its numbers as text; None when there is none."""
        answer = await self._call(
            "get_item", TableName=self._name, Key=_marshal({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return _unmarshal(answer["Item"]) if "Item" in answer else None

    async def items(self, pk: str, prefix: str = "") -> list[dict[str, str]]:
        """All items under `pk` whose `sk` starts with `prefix`, in the order of `sk`."""
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :prefix)", {**values, ":prefix": prefix}
        query = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _marshal(values),
            "ConsistentRead": True,
        }
        found: list[dict[str, str]] = []
        while True:
            answer = await self._call("query", **query)
            found += [_unmarshal(item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def put(self, item: Values, condition: str = ABSENT, values: Values | None = None) -> bool:
        """Put the item if `condition` holds of the one that is there; `#name` in it is the attribute `name`."""
        return await self._done("put_item", **self._put(item, condition, values or {}))

    async def update(self, pk: str, sk: str, expression: str, values: Values, condition: str = "") -> bool:
        """Update the item, or make it, if `condition` holds; `#name` in the expressions is the attribute `name`."""
        return await self._done("update_item", **self._update(pk, sk, expression, values, condition))

    async def put_and_update(self, item: Values, pk: str, sk: str, expression: str, values: Values) -> bool:
        """Put the item and update another, both or neither; False when the first is there already."""
        put, update = self._put(item, ABSENT, {}), self._update(pk, sk, expression, values, "")
        return await self._done("transact_write_items", TransactItems=[{"Put": put}, {"Update": update}])

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

    async def _done(self, operation: str, **arguments: Any) -> bool:
        return await self._call(operation, **arguments) is not None

    async def _call(self, operation: str, **arguments: Any) -> Any:
        """The answer; None when a condition did not hold."""
        from botocore.exceptions import BotoCoreError, ClientError

        for _ in range(_CONFLICTS):
            try:
                return await asyncio.to_thread(getattr(self._client, operation), **arguments)
            except (BotoCoreError, ClientError) as error:
                codes = _codes(error)
                if any(code.startswith(_UNMET) for code in codes):
                    return None
                if not codes & _CONFLICTED:
                    raise Retry(f"DynamoDB did not {operation}: {error}") from error
        raise Retry(f"DynamoDB did not {operation}: the item was contended {_CONFLICTS} times")


def _codes(error: Exception) -> set[str]:
    """What DynamoDB calls the error, and each part of a cancelled transaction."""
    response = getattr(error, "response", {})
    reasons = (response.get("Error", {}), *response.get("CancellationReasons", ()))
    return {str(reason.get("Code")) for reason in reasons}


def _expressed(expressions: str, values: Values) -> dict[str, Any]:
    """Names and values that expressions refer to."""
    names = {word: word[1:] for word in expressions.replace(",", " ").split() if word.startswith("#")}
    expressed = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": _marshal(values)}
    return {name: value for name, value in expressed.items() if value}


def _marshal(values: Values) -> dict[str, dict[str, str]]:
    return {name: {"S": value} if isinstance(value, str) else {"N": repr(value)} for name, value in values.items()}


def _unmarshal(item: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: next(iter(value.values())) for name, value in item.items()}
