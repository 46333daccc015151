"""Who may know what a secret holds."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager


def grant_value(secret: secretsmanager.ISecret, grantee: iam.IGrantable) -> None:
    """Let `grantee` read the value. A secret's own grant_read would have it described, too."""
    actions = ["secretsmanager:GetSecretValue"]
    iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[secret.secret_arn])
