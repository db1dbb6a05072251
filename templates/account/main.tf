locals {
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
  partition = (
    startswith(var.regions.home, "us-gov-") ? "aws-us-gov" :
    startswith(var.regions.home, "cn-") ? "aws-cn" :
    startswith(var.regions.home, "eusc-") ? "aws-eusc" : "aws"
  )

  # https://docs.aws.amazon.com/general/latest/gr/billing.html
  billing_region = (
    local.partition == "aws" ? "us-east-1" :
    local.partition == "aws-cn" ? "cn-northwest-1" : var.regions.home
  )

  # Where sign-ins and calls to global services are recorded: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
  # and, for the other partitions, the region of their IAM: https://docs.aws.amazon.com/general/latest/gr/iam-service.html
  global_events_region = (
    local.partition == "aws" ? "us-east-1" :
    local.partition == "aws-us-gov" ? "us-gov-west-1" :
    local.partition == "aws-cn" ? "cn-northwest-1" : var.regions.home
  )

  # Chatbot has an API in four regions, and a console in this one: https://docs.aws.amazon.com/general/latest/gr/chatbot.html
  chatbot_region = local.partition == "aws" ? "us-east-2" : var.regions.home

  regions          = coalesce(var.regions.enabled, [var.regions.home])
  provider_regions = concat(local.regions, var.regions.retired)
  assume_roles     = var.terraform.assume_role == null ? [] : [var.terraform.assume_role]
}

module "log_group" {
  source = "../../modules/log_group"

  account_id  = var.account.id
  partition   = local.partition
  region      = var.regions.home
  name_prefix = var.naming.prefix
}

module "cloudtrail" {
  source = "../../modules/cloudtrail"

  account_id     = var.account.id
  partition      = local.partition
  region         = var.regions.home
  name_prefix    = var.naming.prefix
  log_group_name = one(module.log_group[*].name)
}

module "metric_filter" {
  source = "../../modules/metric_filter"

  name_prefix    = var.naming.prefix
  log_group_name = module.log_group.name

  # Without the trail nothing is ever written to the log group.
  depends_on = [module.cloudtrail]
}

module "sns_email" {
  source = "../../modules/sns_email"

  account_id  = var.account.id
  partition   = local.partition
  region      = var.regions.home
  name_prefix = var.naming.prefix
}

# plinth:opt-in
module "slack_notification" {
  source    = "../../modules/slack_notification"
  providers = { aws = aws.chatbot }

  partition   = local.partition
  name_prefix = var.naming.prefix
  topic_arns  = [module.sns_email.topic_arn]
}

module "root_activity_alarm" {
  source = "../../modules/root_activity_alarm"

  name_prefix      = var.naming.prefix
  metric_name      = module.metric_filter.metric_name
  metric_namespace = module.metric_filter.metric_namespace
  topic_arns       = [module.sns_email.topic_arn]
}

# plinth:opt-in
module "root_activity_event" {
  source    = "../../modules/root_activity_event"
  providers = { aws = aws.global_events }

  account_id  = var.account.id
  partition   = local.partition
  region      = local.global_events_region
  name_prefix = var.naming.prefix

  # Without a trail EventBridge hears of nothing.
  depends_on = [module.cloudtrail]
}

module "security_alarms" {
  source = "../../modules/security_alarms"

  name_prefix    = var.naming.prefix
  log_group_name = module.log_group.name
  topic_arns     = module.sns_email[*].topic_arn

  # Without the trail nothing is ever written to the log group.
  depends_on = [module.cloudtrail]
}

module "iam_password_policy" {
  source = "../../modules/iam_password_policy"
}

module "s3_public_access_block" {
  source = "../../modules/s3_public_access_block"

  account_id = var.account.id
}

# plinth:opt-in
module "iam_access" {
  source = "../../modules/iam_access"

  account_id     = var.account.id
  partition      = local.partition
  name_prefix    = var.naming.prefix
  log_group_name = one(module.log_group[*].name)
  topic_arns     = module.sns_email[*].topic_arn

  # Without the trail nothing is ever written to the log group.
  depends_on = [module.cloudtrail]
}

# plinth:opt-in
module "account_alias" {
  source = "../../modules/account_alias"

  partition = local.partition
}

# plinth:opt-in
module "alternate_contacts" {
  source = "../../modules/alternate_contacts"

  partition = local.partition
}

module "cur" {
  source    = "../../modules/cur"
  providers = { aws = aws.billing }

  account_id  = var.account.id
  partition   = local.partition
  region      = local.billing_region
  name_prefix = var.naming.prefix
}

# plinth:opt-in
module "finding_notification" {
  source = "../../modules/finding_notification"

  account_id  = var.account.id
  partition   = local.partition
  region      = var.regions.home
  name_prefix = var.naming.prefix
}

# Access from outside is analyzed in each region for itself.
module "access_analyzer" {
  source    = "../../modules/access_analyzer"
  for_each  = toset(local.regions)
  providers = { aws = aws.region[each.key] }

  name_prefix    = var.naming.prefix
  event_bus_arn  = one(module.finding_notification[*].bus_arn)
  event_role_arn = one(module.finding_notification[*].role_arn)
}

# plinth:opt-in
module "credential_report" {
  source = "../../modules/credential_report"

  account_id  = var.account.id
  partition   = local.partition
  region      = var.regions.home
  name_prefix = var.naming.prefix
  topic_arns  = module.sns_email[*].topic_arn
}

# plinth:opt-in
module "organization" {
  source = "../../modules/organization"

  account_id  = var.account.id
  partition   = local.partition
  name_prefix = var.naming.prefix
}
