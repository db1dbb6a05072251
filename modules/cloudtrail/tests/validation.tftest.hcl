# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  account_id  = "123456789012"
  partition   = "aws"
  region      = "eu-central-1"
  name_prefix = "acme"
}

run "accepted_short_ends" {
  command = plan

  variables {
    name           = "a.b"
    bucket         = { name = "a-b", key_prefix = "a", retention_days = 1, transitions = { GLACIER_IR = 0 }, object_lock = { days = 1 }, access_log = { bucket = "abc", prefix = "" }, reader_arns = ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/team/*"] }
    kms            = { create = true, deletion_window_days = 7 }
    insights       = ["ApiErrorRateInsight"]
    organization   = { id = "o-0123456789" }
    log_group_name = "/#_.-"
  }
}

run "accepted_long_ends" {
  command = plan

  variables {
    name_prefix    = "aaaaaaaaaaaaaaaaaaaaaaaaa"
    partition      = "aws-us-gov"
    region         = "us-gov-east-1"
    name           = replace(format("%128s", ""), " ", "a")
    bucket         = { key_prefix = replace(format("%200s", ""), " ", "a"), noncurrent_retention_days = 1, object_lock = { days = 36500 }, transitions = { STANDARD_IA = 30, DEEP_ARCHIVE = 60 }, retention_days = 61 }
    kms            = { key_arn = "arn:aws-us-gov:kms:us-gov-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab" }
    data_events    = { s3 = { buckets = [for i in range(490) : "data-${i}"] } }
    organization   = { id = "o-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
    log_group_name = replace(format("%512s", ""), " ", "a")
  }
}

run "account_id_too_short" {
  command = plan

  variables {
    account_id = "12345"
  }

  expect_failures = [var.account_id]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "amazon"
  }

  expect_failures = [var.partition]
}

run "region_without_number" {
  command = plan

  variables {
    region = "eu-central"
  }

  expect_failures = [var.region]
}

run "prefix_in_upper_case" {
  command = plan

  variables {
    name_prefix = "Acme"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_with_hyphen_at_end" {
  command = plan

  variables {
    name_prefix = "acme-"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_too_long" {
  command = plan

  variables {
    name_prefix = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.name_prefix]
}

run "prefix_with_two_hyphens" {
  command = plan

  variables {
    name_prefix = "ac--me"
  }

  expect_failures = [var.name_prefix]
}

run "log_group_name_with_colon" {
  command = plan

  variables {
    log_group_name = "audit:trail"
  }

  expect_failures = [var.log_group_name]
}

run "name_too_short" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "name_with_space" {
  command = plan

  variables {
    name = "my trail"
  }

  expect_failures = [var.name]
}

run "name_with_two_hyphens" {
  command = plan

  variables {
    name = "my--trail"
  }

  expect_failures = [var.name]
}

run "name_like_an_ip_address" {
  command = plan

  variables {
    name = "192.168.5.4"
  }

  expect_failures = [var.name]
}

run "bucket_in_upper_case" {
  command = plan

  variables {
    bucket = { name = "Audit" }
  }

  expect_failures = [var.bucket]
}

run "bucket_too_short" {
  command = plan

  variables {
    bucket = { name = "ab" }
  }

  expect_failures = [var.bucket]
}

run "bucket_too_long" {
  command = plan

  variables {
    bucket = { name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
  }

  expect_failures = [var.bucket]
}

run "bucket_with_two_periods" {
  command = plan

  variables {
    bucket = { name = "audit..logs" }
  }

  expect_failures = [var.bucket]
}

run "bucket_with_hyphen_beside_period" {
  command = plan

  variables {
    bucket = { name = "audit-.logs" }
  }

  expect_failures = [var.bucket]
}

run "bucket_like_an_ip_address" {
  command = plan

  variables {
    bucket = { name = "192.168.5.4" }
  }

  expect_failures = [var.bucket]
}

run "bucket_with_reserved_beginning" {
  command = plan

  variables {
    bucket = { name = "xn--audit" }
  }

  expect_failures = [var.bucket]
}

run "bucket_with_reserved_ending" {
  command = plan

  variables {
    bucket = { name = "audit-s3alias" }
  }

  expect_failures = [var.bucket]
}

run "bucket_name_from_reserved_prefix" {
  command = plan

  variables {
    name_prefix = "sthree"
  }

  expect_failures = [var.bucket]
}

run "bucket_name_from_long_prefix" {
  command = plan

  variables {
    bucket      = {}
    name_prefix = "aaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  expect_failures = [var.bucket]
}

run "key_prefix_with_slash_at_end" {
  command = plan

  variables {
    bucket = { key_prefix = "trail/" }
  }

  expect_failures = [var.bucket]
}

run "key_prefix_too_long" {
  command = plan

  variables {
    bucket = { key_prefix = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
  }

  expect_failures = [var.bucket]
}

run "retention_negative" {
  command = plan

  variables {
    bucket = { retention_days = -1 }
  }

  expect_failures = [var.bucket]
}

run "retention_in_half_days" {
  command = plan

  variables {
    bucket = { retention_days = 100.5 }
  }

  expect_failures = [var.bucket]
}

run "noncurrent_retention_zero" {
  command = plan

  variables {
    bucket = { noncurrent_retention_days = 0 }
  }

  expect_failures = [var.bucket]
}

run "noncurrent_retention_in_half_days" {
  command = plan

  variables {
    bucket = { noncurrent_retention_days = 1.5 }
  }

  expect_failures = [var.bucket]
}

run "storage_class_unknown" {
  command = plan

  variables {
    bucket = { transitions = { COLD = 90 } }
  }

  expect_failures = [var.bucket]
}

run "transition_in_half_days" {
  command = plan

  variables {
    bucket = { transitions = { GLACIER_IR = 90.5 } }
  }

  expect_failures = [var.bucket]
}

run "transition_negative" {
  command = plan

  variables {
    bucket = { transitions = { GLACIER_IR = -1 } }
  }

  expect_failures = [var.bucket]
}

run "infrequent_access_too_early" {
  command = plan

  variables {
    bucket = { transitions = { STANDARD_IA = 29 } }
  }

  expect_failures = [var.bucket]
}

run "one_zone_too_early" {
  command = plan

  variables {
    bucket = { transitions = { ONEZONE_IA = 29 } }
  }

  expect_failures = [var.bucket]
}

run "colder_class_first" {
  command = plan

  variables {
    bucket = { transitions = { GLACIER_IR = 60, INTELLIGENT_TIERING = 90 } }
  }

  expect_failures = [var.bucket]
}

run "two_classes_on_one_day" {
  command = plan

  variables {
    bucket = { transitions = { GLACIER_IR = 60, INTELLIGENT_TIERING = 60 } }
  }

  expect_failures = [var.bucket]
}

run "instant_retrieval_after_one_zone" {
  command = plan

  variables {
    bucket = { transitions = { ONEZONE_IA = 30, GLACIER_IR = 60 } }
  }

  expect_failures = [var.bucket]
}

run "archive_too_soon_after_infrequent_access" {
  command = plan

  variables {
    bucket = { transitions = { STANDARD_IA = 30, GLACIER = 59 } }
  }

  expect_failures = [var.bucket]
}

run "transition_on_the_day_of_expiry" {
  command = plan

  variables {
    bucket = { retention_days = 90, transitions = { GLACIER = 90 } }
  }

  expect_failures = [var.bucket]
}

run "object_lock_mode_unknown" {
  command = plan

  variables {
    bucket = { object_lock = { mode = "LEGAL" } }
  }

  expect_failures = [var.bucket]
}

run "object_lock_for_no_day" {
  command = plan

  variables {
    bucket = { object_lock = { days = 0 } }
  }

  expect_failures = [var.bucket]
}

run "object_lock_too_long" {
  command = plan

  variables {
    bucket = { object_lock = { days = 36501 } }
  }

  expect_failures = [var.bucket]
}

run "object_lock_in_half_days" {
  command = plan

  variables {
    bucket = { object_lock = { days = 1.5 } }
  }

  expect_failures = [var.bucket]
}

run "access_log_bucket_by_arn" {
  command = plan

  variables {
    bucket = { access_log = { bucket = "arn:aws:s3:::logs" } }
  }

  expect_failures = [var.bucket]
}

run "access_log_to_itself" {
  command = plan

  variables {
    bucket = { access_log = { bucket = "acme-cloudtrail-123456789012-eu-central-1" } }
  }

  expect_failures = [var.bucket]
}

run "access_log_to_itself_by_own_name" {
  command = plan

  variables {
    bucket = { name = "audit", access_log = { bucket = "audit" } }
  }

  expect_failures = [var.bucket]
}

run "reader_by_session" {
  command = plan

  variables {
    bucket = { reader_arns = ["arn:aws:sts::123456789012:assumed-role/auditor/me"] }
  }

  expect_failures = [var.bucket]
}

run "reader_everyone" {
  command = plan

  variables {
    bucket = { reader_arns = ["*"] }
  }

  expect_failures = [var.bucket]
}

run "reader_in_another_partition" {
  command = plan

  variables {
    bucket = { reader_arns = ["arn:aws-us-gov:iam::123456789012:role/auditor"] }
  }

  expect_failures = [var.bucket]
}

run "key_made_and_given" {
  command = plan

  variables {
    kms = { create = true, key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "key_by_alias" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/trail" }
  }

  expect_failures = [var.kms]
}

run "key_in_another_region" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "key_in_another_partition" {
  command = plan

  variables {
    kms = { key_arn = "arn:aws-cn:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  expect_failures = [var.kms]
}

run "deletion_window_too_short" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 6 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_too_long" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 31 }
  }

  expect_failures = [var.kms]
}

run "deletion_window_in_half_days" {
  command = plan

  variables {
    kms = { create = true, deletion_window_days = 7.5 }
  }

  expect_failures = [var.kms]
}

run "data_event_access_unknown" {
  command = plan

  variables {
    data_events = { s3 = { access = "delete" } }
  }

  expect_failures = [var.data_events]
}

run "data_event_bucket_by_arn" {
  command = plan

  variables {
    data_events = { s3 = { buckets = ["arn:aws:s3:::data"] } }
  }

  expect_failures = [var.data_events]
}

run "data_event_bucket_twice" {
  command = plan

  variables {
    data_events = { s3 = { buckets = ["data", "data"] } }
  }

  expect_failures = [var.data_events]
}

run "data_event_function_with_version" {
  command = plan

  variables {
    data_events = { lambda = { function_arns = ["arn:aws:lambda:eu-central-1:123456789012:function:pay:1"] } }
  }

  expect_failures = [var.data_events]
}

run "data_event_function_twice" {
  command = plan

  variables {
    data_events = { lambda = { function_arns = ["arn:aws:lambda:eu-central-1:123456789012:function:pay", "arn:aws:lambda:eu-central-1:123456789012:function:pay"] } }
  }

  expect_failures = [var.data_events]
}

run "data_event_buckets_too_many" {
  command = plan

  variables {
    data_events = { s3 = { buckets = [for i in range(491) : "data-${i}"] } }
  }

  expect_failures = [var.data_events]
}

run "insight_unknown" {
  command = plan

  variables {
    insights = ["ApiRateInsight"]
  }

  expect_failures = [var.insights]
}

run "insight_twice" {
  command = plan

  variables {
    insights = ["ApiCallRateInsight", "ApiCallRateInsight"]
  }

  expect_failures = [var.insights]
}

run "organization_by_root_id" {
  command = plan

  variables {
    organization = { id = "r-a1b2" }
  }

  expect_failures = [var.organization]
}
