"""DynamoDB, as far as the state table asks for it: items, conditions, and transactions that know a repeated call."""

import re
from typing import Any

Item = dict[str, dict[str, str]]


class Answered(Exception):
    """An answer that is not 200."""

    def __init__(self, code: str, **said: Any) -> None:
        self.said = {"__type": f"com.amazonaws#{code}", **said}
        super().__init__(code)


class DynamoDb:
    """One table. `answer` does an operation whole; `changed` is told of each item that was written."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Item]] = {}
        self._tokens: set[str] = set()

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "GetItem":
                found = self._get(asked["Key"])
                return {"Item": found} if found else {}
            case "Query":
                return self._query(asked)
            case "PutItem":
                self._check(asked, self._get(asked["Item"]))
                self._put(asked["Item"])
            case "UpdateItem":
                self._check(asked, self._get(asked["Key"]))
                self._update(asked)
            case "TransactWriteItems":
                self._transact(asked)
            case _:
                raise NotImplementedError(operation)
        return {}

    def _get(self, key: Item) -> Item | None:
        return self.items.get(key["pk"]["S"], {}).get(key["sk"]["S"])

    def _put(self, item: Item) -> None:
        self.items.setdefault(item["pk"]["S"], {})[item["sk"]["S"]] = item

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        values = asked["ExpressionAttributeValues"]
        rows = self.items.get(values[":pk"]["S"], {})
        prefix = values.get(":prefix", {"S": ""})["S"]
        return {"Items": [rows[sk] for sk in sorted(rows) if sk.startswith(prefix)]}

    def _transact(self, asked: dict[str, Any]) -> None:
        token = asked["ClientRequestToken"]
        if token in self._tokens:
            return
        put, update = asked["TransactItems"][0]["Put"], asked["TransactItems"][1]["Update"]
        if self._get(put["Item"]):
            reasons = [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]
            raise Answered("TransactionCanceledException", CancellationReasons=reasons)
        self._tokens.add(token)
        self._put(put["Item"])
        self._update(update)

    def _update(self, asked: dict[str, Any]) -> None:
        item = dict(self._get(asked["Key"]) or asked["Key"])
        values, names = asked["ExpressionAttributeValues"], asked.get("ExpressionAttributeNames", {})
        for verb, part in re.findall(r"(ADD|SET) (.*?)(?= ADD | SET |$)", asked["UpdateExpression"]):
            for clause in part.split(","):
                name, value = clause.replace("=", " ").split()
                name = names.get(name, name)
                if verb == "ADD":
                    item[name] = {"N": str(int(item.get(name, {"N": "0"})["N"]) + int(values[value]["N"]))}
                else:
                    item[name] = values[value]
        self._put(item)

    def _check(self, asked: dict[str, Any], item: Item | None) -> None:
        condition = asked.get("ConditionExpression", "")
        if condition and not any(self._holds(part, asked, item or {}) for part in condition.split(" OR ")):
            raise Answered("ConditionalCheckFailedException")

    def _holds(self, part: str, asked: dict[str, Any], item: Item) -> bool:
        values, names = asked.get("ExpressionAttributeValues", {}), asked.get("ExpressionAttributeNames", {})
        if absent := re.fullmatch(r"attribute_not_exists\((\w+)\)", part):
            return absent[1] not in item
        match = re.fullmatch(r"(#?\w+) (=|<|IN) (.+)", part)
        if not match:
            raise NotImplementedError(part)
        found = item.get(names.get(match[1], match[1]))
        right = [values[name.strip()] for name in match[3].strip("()").split(",")]
        if match[2] == "<":
            return found is not None and found["S"] < right[0]["S"]
        return found in right
