locals {
  # The CIS AWS Foundations Benchmark's patterns. Published checkers compare their text, so that order and quoting are the benchmark's; its
  # numbers are 4.n in versions 3.0 to 5.0 and 5.n since. Two are put right as AWS Security Hub has them, since the benchmark's text matches
  # what it means to leave out: in 1 and 13 parentheses hold the alternatives together.
  # https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
  catalogue = {
    unauthorized_api_calls = {
      number      = 1
      description = "Calls were refused for lack of permission: somebody tries what they may not do, or something is misconfigured."
      pattern     = "{ (($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\")) && (($.sourceIPAddress != \"delivery.logs.amazonaws.com\") && ($.eventName != \"HeadBucket\")) }"
    }
    console_sign_in_without_mfa = {
      number      = 2
      description = "Somebody signed in to the console without MFA."
      pattern     = "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") }"
    }
    root_usage = {
      number      = 3
      description = "The root user of this account did something."
      pattern     = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    }
    iam_policy_changes = {
      number      = 4
      description = "An IAM policy was made, changed, deleted, attached or detached."
      pattern     = "{($.eventName=DeleteGroupPolicy)||($.eventName=DeleteRolePolicy)||($.eventName=DeleteUserPolicy)||($.eventName=PutGroupPolicy)||($.eventName=PutRolePolicy)||($.eventName=PutUserPolicy)||($.eventName=CreatePolicy)||($.eventName=DeletePolicy)||($.eventName=CreatePolicyVersion)||($.eventName=DeletePolicyVersion)||($.eventName=AttachRolePolicy)||($.eventName=DetachRolePolicy)||($.eventName=AttachUserPolicy)||($.eventName=DetachUserPolicy)||($.eventName=AttachGroupPolicy)||($.eventName=DetachGroupPolicy)}"
    }
    cloudtrail_changes = {
      number      = 5
      description = "A trail was made, changed, deleted, started or stopped: somebody may be hiding something."
      pattern     = "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }"
    }
    console_sign_in_failures = {
      number      = 6
      description = "Sign-ins to the console failed: somebody may be guessing a password."
      pattern     = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
    }
    kms_key_deletion = {
      number      = 7
      description = "A customer key was disabled, or its deletion is scheduled: what it encrypts is lost with it."
      pattern     = "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }"
    }
    s3_bucket_policy_changes = {
      number      = 8
      description = "The policy, ACL, CORS, lifecycle or replication of a bucket was changed."
      pattern     = "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || ($.eventName = DeleteBucketReplication)) }"
    }
    config_changes = {
      number      = 9
      description = "The recording of AWS Config was changed or stopped."
      pattern     = "{ ($.eventSource = config.amazonaws.com) && (($.eventName=StopConfigurationRecorder)||($.eventName=DeleteDeliveryChannel)||($.eventName=PutDeliveryChannel)||($.eventName=PutConfigurationRecorder)) }"
    }
    security_group_changes = {
      number      = 10
      description = "A security group was made, changed or deleted."
      pattern     = "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) || ($.eventName = ModifySecurityGroupRules) }"
    }
    network_acl_changes = {
      number      = 11
      description = "A network ACL was made, changed or deleted."
      pattern     = "{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry) || ($.eventName = DeleteNetworkAcl) || ($.eventName = DeleteNetworkAclEntry) || ($.eventName = ReplaceNetworkAclEntry) || ($.eventName = ReplaceNetworkAclAssociation) }"
    }
    network_gateway_changes = {
      number      = 12
      description = "An internet or customer gateway was made, attached, detached or deleted."
      pattern     = "{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway) || ($.eventName = AttachInternetGateway) || ($.eventName = CreateInternetGateway) || ($.eventName = DeleteInternetGateway) || ($.eventName = DetachInternetGateway) }"
    }
    route_table_changes = {
      number      = 13
      description = "A route or route table was made, changed or deleted."
      pattern     = "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = CreateRouteTable) || ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation) || ($.eventName = DeleteRouteTable) || ($.eventName = DeleteRoute) || ($.eventName = DisassociateRouteTable)) }"
    }
    vpc_changes = {
      number      = 14
      description = "A VPC or a VPC peering was made, changed or deleted."
      pattern     = "{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute) || ($.eventName = AcceptVpcPeeringConnection) || ($.eventName = CreateVpcPeeringConnection) || ($.eventName = DeleteVpcPeeringConnection) || ($.eventName = RejectVpcPeeringConnection) || ($.eventName = AttachClassicLinkVpc) || ($.eventName = DetachClassicLinkVpc) || ($.eventName = DisableVpcClassicLink) || ($.eventName = EnableVpcClassicLink) }"
    }
    organizations_changes = {
      number      = 15
      description = "AWS Organizations was changed: an account, an organizational unit, a policy or an invitation."
      pattern     = "{ ($.eventSource = organizations.amazonaws.com) && (($.eventName = \"AcceptHandshake\") || ($.eventName = \"AttachPolicy\") || ($.eventName = \"CreateAccount\") || ($.eventName = \"CreateOrganizationalUnit\") || ($.eventName = \"CreatePolicy\") || ($.eventName = \"DeclineHandshake\") || ($.eventName = \"DeleteOrganization\") || ($.eventName = \"DeleteOrganizationalUnit\") || ($.eventName = \"DeletePolicy\") || ($.eventName = \"DetachPolicy\") || ($.eventName = \"DisablePolicyType\") || ($.eventName = \"EnablePolicyType\") || ($.eventName = \"InviteAccountToOrganization\") || ($.eventName = \"LeaveOrganization\") || ($.eventName = \"MoveAccount\") || ($.eventName = \"RemoveAccountFromOrganization\") || ($.eventName = \"UpdatePolicy\") || ($.eventName = \"UpdateOrganizationalUnit\")) }"
    }
  }

  # People who come through IAM Identity Center have their MFA there, and their events here say no.
  sign_in_of_users = "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") && ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }"

  chosen = {
    unauthorized_api_calls      = var.alarms.unauthorized_api_calls
    console_sign_in_without_mfa = var.alarms.console_sign_in_without_mfa
    root_usage                  = var.alarms.root_usage
    iam_policy_changes          = var.alarms.iam_policy_changes
    cloudtrail_changes          = var.alarms.cloudtrail_changes
    console_sign_in_failures    = var.alarms.console_sign_in_failures
    kms_key_deletion            = var.alarms.kms_key_deletion
    s3_bucket_policy_changes    = var.alarms.s3_bucket_policy_changes
    config_changes              = var.alarms.config_changes
    security_group_changes      = var.alarms.security_group_changes
    network_acl_changes         = var.alarms.network_acl_changes
    network_gateway_changes     = var.alarms.network_gateway_changes
    route_table_changes         = var.alarms.route_table_changes
    vpc_changes                 = var.alarms.vpc_changes
    organizations_changes       = var.alarms.organizations_changes
  }

  from_catalogue = {
    for key, alarm in local.chosen : key => {
      description = "${local.catalogue[key].description} (CIS AWS Foundations 4.${local.catalogue[key].number}, since 6.0 5.${local.catalogue[key].number})"
      pattern     = key == "console_sign_in_without_mfa" && var.leave_out_identity_center ? local.sign_in_of_users : local.catalogue[key].pattern
      threshold   = alarm.threshold
      period      = alarm.period
    } if alarm.enabled
  }

  of_ones_own = {
    for key, alarm in var.custom : key => {
      description = alarm.description
      pattern     = alarm.pattern
      threshold   = alarm.threshold
      period      = alarm.period
    }
  }

  # Filter and alarm get the metric's name from one place, so that they can't drift apart.
  alarms = {
    for key, alarm in merge(local.from_catalogue, local.of_ones_own) : key => {
      name        = "${var.name_prefix}-${replace(key, "_", "-")}"
      metric      = replace(title(replace(key, "_", " ")), " ", "")
      description = alarm.description
      pattern     = alarm.pattern
      threshold   = alarm.threshold
      period      = alarm.period
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.alarms

  name           = each.value.name
  log_group_name = var.log_group_name
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.value.metric
    namespace     = var.metric_namespace
    value         = "1"
    default_value = 0
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name        = each.value.name
  alarm_description = each.value.description

  namespace           = var.metric_namespace
  metric_name         = each.value.metric
  statistic           = "Sum"
  period              = each.value.period
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold

  # A metric filter reports nothing while no event arrives, and no event is good news:
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  treat_missing_data = "notBreaching"

  alarm_actions = var.topic_arns
}
