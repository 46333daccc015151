"""What an operator reads in the console: each thing that is looked up there says what it is for."""

from tests.infra.stacks import Stacks


def test_stacks_functions_and_rules_say_what_they_are_for(stacks: Stacks) -> None:
    """A stack has its sentence, a function that of its package, and a feed's rule names dataset and mode."""
    assert all(template["Description"] for template in stacks.templates.values())
    functions = [item["Description"] for item in stacks.properties("AWS::Lambda::Function")]
    rules = [item["Description"] for item in stacks.properties("AWS::Events::Rule")]
    for texts in (functions, rules):
        assert texts and all(texts) and len(set(texts)) == len(texts)
    assert {f"Harvests {feed.dataset} by {feed.mode}" for feed in stacks.settings.feeds} <= {*rules}


def test_every_stack_is_tagged(stacks: Stacks) -> None:
    """CloudFormation hands a stack's tags on to all in it: a bill tells stages apart."""
    for tags in stacks.tags.values():
        assert tags == {"project": "tmdb", "stage": stacks.settings.stage}
