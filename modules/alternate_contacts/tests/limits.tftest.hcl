# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

variables {
  partition = "aws"
  security  = { name = "Security team", title = "Security", email = "security@example.com", phone = "+49 30 123456" }
}

run "accepted_limits" {
  command = plan

  variables {
    security = { name = format("%64s", "a"), title = format("%50s", "a"), email = "${join("", [for i in range(242) : "a"])}@example.com", phone = "+1 (234) 567-8901 2345678" }
  }
}

run "accepted_china" {
  command = plan

  variables {
    partition = "aws-cn"
  }
}

run "security_name_empty" {
  command = plan

  variables {
    security = { name = "", title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_name_long" {
  command = plan

  variables {
    security = { name = format("%65s", "a"), title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_title_empty" {
  command = plan

  variables {
    security = { name = "a", title = "", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_title_long" {
  command = plan

  variables {
    security = { name = "a", title = format("%51s", "a"), email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_email_wrong" {
  command = plan

  variables {
    security = { name = "a", title = "a", email = "a example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_email_long" {
  command = plan

  variables {
    security = { name = "a", title = "a", email = "${join("", [for i in range(243) : "a"])}@example.com", phone = "1" }
  }

  expect_failures = [var.security]
}

run "security_phone_letters" {
  command = plan

  variables {
    security = { name = "a", title = "a", email = "a@example.com", phone = "call me" }
  }

  expect_failures = [var.security]
}

run "security_phone_long" {
  command = plan

  variables {
    security = { name = "a", title = "a", email = "a@example.com", phone = "12345678901234567890123456" }
  }

  expect_failures = [var.security]
}

run "security_phone_blank" {
  command = plan

  variables {
    security = { name = "a", title = "a", email = "a@example.com", phone = "( )" }
  }

  expect_failures = [var.security]
}

run "billing_name_empty" {
  command = plan

  variables {
    billing = { name = "", title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_name_long" {
  command = plan

  variables {
    billing = { name = format("%65s", "a"), title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_title_empty" {
  command = plan

  variables {
    billing = { name = "a", title = "", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_title_long" {
  command = plan

  variables {
    billing = { name = "a", title = format("%51s", "a"), email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_email_wrong" {
  command = plan

  variables {
    billing = { name = "a", title = "a", email = "a example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_email_long" {
  command = plan

  variables {
    billing = { name = "a", title = "a", email = "${join("", [for i in range(243) : "a"])}@example.com", phone = "1" }
  }

  expect_failures = [var.billing]
}

run "billing_phone_letters" {
  command = plan

  variables {
    billing = { name = "a", title = "a", email = "a@example.com", phone = "call me" }
  }

  expect_failures = [var.billing]
}

run "billing_phone_long" {
  command = plan

  variables {
    billing = { name = "a", title = "a", email = "a@example.com", phone = "12345678901234567890123456" }
  }

  expect_failures = [var.billing]
}

run "billing_phone_blank" {
  command = plan

  variables {
    billing = { name = "a", title = "a", email = "a@example.com", phone = "( )" }
  }

  expect_failures = [var.billing]
}

run "operations_name_empty" {
  command = plan

  variables {
    operations = { name = "", title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_name_long" {
  command = plan

  variables {
    operations = { name = format("%65s", "a"), title = "a", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_title_empty" {
  command = plan

  variables {
    operations = { name = "a", title = "", email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_title_long" {
  command = plan

  variables {
    operations = { name = "a", title = format("%51s", "a"), email = "a@example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_email_wrong" {
  command = plan

  variables {
    operations = { name = "a", title = "a", email = "a example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_email_long" {
  command = plan

  variables {
    operations = { name = "a", title = "a", email = "${join("", [for i in range(243) : "a"])}@example.com", phone = "1" }
  }

  expect_failures = [var.operations]
}

run "operations_phone_letters" {
  command = plan

  variables {
    operations = { name = "a", title = "a", email = "a@example.com", phone = "call me" }
  }

  expect_failures = [var.operations]
}

run "operations_phone_long" {
  command = plan

  variables {
    operations = { name = "a", title = "a", email = "a@example.com", phone = "12345678901234567890123456" }
  }

  expect_failures = [var.operations]
}

run "operations_phone_blank" {
  command = plan

  variables {
    operations = { name = "a", title = "a", email = "a@example.com", phone = "( )" }
  }

  expect_failures = [var.operations]
}

run "nobody" {
  command = plan

  variables {
    security = null
  }

  expect_failures = [var.security]
}

run "govcloud" {
  command = plan

  variables {
    partition = "aws-us-gov"
  }

  expect_failures = [var.partition]
}
