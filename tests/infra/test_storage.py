"""What must survive does, is closed, and ends when TMDB's terms say so."""

from tests.infra.stacks import Stacks

STATEFUL = ("AWS::DynamoDB::GlobalTable", "AWS::RDS::DBCluster", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")


def test_what_is_stored_survives_its_stack(stacks: Stacks) -> None:
    """Bucket, table and secrets stay when a stack is deleted or replaced, unless data was given up."""
    kept = "Delete" if stacks.settings.data == "delete" else "Retain"
    found = [resource for kind in STATEFUL for resource in stacks.resources(kind)]
    assert len(found) >= 3
    assert {resource["DeletionPolicy"] for resource in found} == {kept}
    assert {resource["UpdateReplacePolicy"] for resource in found} == {kept}


def test_the_state_can_be_had_back(stacks: Stacks) -> None:
    """The table can be restored as of any second of the last 35 days, and nobody deletes it by mistake."""
    (table,) = stacks.properties("AWS::DynamoDB::GlobalTable")
    given_up = stacks.settings.data == "delete"
    for replica in table["Replicas"]:
        assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert replica.get("DeletionProtectionEnabled", False) is not given_up


def test_the_lake_tells_of_its_objects_and_grows_cold(stacks: Stacks) -> None:
    """Whatever is added reaches EventBridge; all of TMDB's ends in time, and bronze gets cheaper until then."""
    lakes = [bucket for bucket in stacks.properties("AWS::S3::Bucket") if "NotificationConfiguration" in bucket]
    assert len(lakes) == stacks.settings.lake
    for lake in lakes:
        events = lake["NotificationConfiguration"]["EventBridgeConfiguration"]
        assert events == {"EventBridgeEnabled": True}
        rules = {rule["Prefix"]: rule for rule in lake["LifecycleConfiguration"]["Rules"] if "Prefix" in rule}
        passing = {"athena/", "gold-staging/"}
        assert rules.keys() == {"bronze/", "silver/", "gold/", "current/", "quarantine/", "exports/"} | passing
        assert all(rules[prefix]["ExpirationInDays"] <= 7 for prefix in passing)
        assert all(rule["ExpirationInDays"] <= 180 for rule in rules.values())
        colder = {step["StorageClass"]: step["TransitionInDays"] for step in rules["bronze/"]["Transitions"]}
        assert colder == {"STANDARD_IA": 30, "GLACIER_IR": 90}


def test_the_bucket_is_private_and_the_cdn_open_to_web_pages(stacks: Stacks) -> None:
    """Readers come through CloudFront, from any origin, over HTTPS; the buckets themselves are closed."""
    for bucket in stacks.properties("AWS::S3::Bucket"):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    for cdn in stacks.properties("AWS::CloudFront::Distribution"):
        assert cdn["DistributionConfig"]["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
        (headers,) = stacks.properties("AWS::CloudFront::ResponseHeadersPolicy")
        cors = headers["ResponseHeadersPolicyConfig"]["CorsConfig"]
        assert cors["AccessControlAllowOrigins"] == {"Items": ["*"]}
        assert cors["AccessControlAllowMethods"] == {"Items": ["GET", "HEAD"]}


def test_nothing_outlives_the_terms(stacks: Stacks) -> None:
    """Objects that nobody refreshes vanish within TMDB's 6 months, and no older versions are kept."""
    for bucket in stacks.properties("AWS::S3::Bucket"):
        assert "VersioningConfiguration" not in bucket
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert all(rule.get("ExpirationInDays", 0) <= 181 for rule in rules)
        unfinished = [rule["AbortIncompleteMultipartUpload"] for rule in rules if "Prefix" not in rule]
        assert unfinished == [{"DaysAfterInitiation": 1}]
