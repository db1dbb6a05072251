# What AWS takes is taken up to its limits; what it would refuse is refused before, each run breaking one rule of one input.
mock_provider "aws" {}

run "accepted_least" {
  command = plan

  variables {
    minimum_length   = 6
    reuse_prevention = 1
    max_age_days     = 1
  }
}

run "accepted_most" {
  command = plan

  variables {
    minimum_length   = 128
    reuse_prevention = 24
    max_age_days     = 1095
  }
}

run "accepted_off" {
  command = plan

  variables {
    reuse_prevention = null
    max_age_days     = null
  }
}

run "length_short" {
  command = plan

  variables {
    minimum_length = 5
  }

  expect_failures = [var.minimum_length]
}

run "length_long" {
  command = plan

  variables {
    minimum_length = 129
  }

  expect_failures = [var.minimum_length]
}

run "length_half" {
  command = plan

  variables {
    minimum_length = 14.5
  }

  expect_failures = [var.minimum_length]
}

run "reuse_zero" {
  command = plan

  variables {
    reuse_prevention = 0
  }

  expect_failures = [var.reuse_prevention]
}

run "reuse_many" {
  command = plan

  variables {
    reuse_prevention = 25
  }

  expect_failures = [var.reuse_prevention]
}

run "reuse_half" {
  command = plan

  variables {
    reuse_prevention = 1.5
  }

  expect_failures = [var.reuse_prevention]
}

run "age_zero" {
  command = plan

  variables {
    max_age_days = 0
  }

  expect_failures = [var.max_age_days]
}

run "age_long" {
  command = plan

  variables {
    max_age_days = 1096
  }

  expect_failures = [var.max_age_days]
}

run "age_half" {
  command = plan

  variables {
    max_age_days = 1.5
  }

  expect_failures = [var.max_age_days]
}

run "hard_expiry_alone" {
  command = plan

  variables {
    hard_expiry = true
  }

  expect_failures = [var.hard_expiry]
}
