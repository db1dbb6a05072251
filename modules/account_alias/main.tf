locals {
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/console-account-alias.html, and for China
  # https://docs.amazonaws.cn/en_us/IAM/latest/UserGuide/console-account-alias.html
  sign_in_domains = {
    "aws"        = "signin.aws.amazon.com"
    "aws-us-gov" = "signin.amazonaws-us-gov.com"
    "aws-cn"     = "signin.amazonaws.cn"
  }
}

resource "aws_iam_account_alias" "this" {
  account_alias = var.alias
}
