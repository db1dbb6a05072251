# The home region.
provider "aws" {
  region              = var.regions.home
  allowed_account_ids = [var.account.id]

  default_tags {
    tags = var.tags
  }

  dynamic "assume_role" {
    for_each = local.assume_roles

    content {
      role_arn     = assume_role.value.role_arn
      external_id  = assume_role.value.external_id
      session_name = assume_role.value.session_name
    }
  }
}

# The region in which the partition has its billing services, wherever the account's home is.
# Its configuration stays where nothing uses it: Terraform needs it to destroy what was made with it.
# tflint-ignore: terraform_unused_declarations
provider "aws" {
  alias               = "billing"
  region              = local.billing_region
  allowed_account_ids = [var.account.id]

  default_tags {
    tags = var.tags
  }

  dynamic "assume_role" {
    for_each = local.assume_roles

    content {
      role_arn     = assume_role.value.role_arn
      external_id  = assume_role.value.external_id
      session_name = assume_role.value.session_name
    }
  }
}

# The region in which the partition records sign-ins and calls to global services.
# Its configuration stays where nothing uses it: Terraform needs it to destroy what was made with it.
# tflint-ignore: terraform_unused_declarations
provider "aws" {
  alias               = "global_events"
  region              = local.global_events_region
  allowed_account_ids = [var.account.id]

  default_tags {
    tags = var.tags
  }

  dynamic "assume_role" {
    for_each = local.assume_roles

    content {
      role_arn     = assume_role.value.role_arn
      external_id  = assume_role.value.external_id
      session_name = assume_role.value.session_name
    }
  }
}

# The region in which AWS Chatbot is configured.
# Its configuration stays where nothing uses it: Terraform needs it to destroy what was made with it.
# tflint-ignore: terraform_unused_declarations
provider "aws" {
  alias               = "chatbot"
  region              = local.chatbot_region
  allowed_account_ids = [var.account.id]

  default_tags {
    tags = var.tags
  }

  dynamic "assume_role" {
    for_each = local.assume_roles

    content {
      role_arn     = assume_role.value.role_arn
      external_id  = assume_role.value.external_id
      session_name = assume_role.value.session_name
    }
  }
}

# One for each region of the account.
# Its configuration stays where nothing uses it: Terraform needs it to destroy what was made with it.
# tflint-ignore: terraform_unused_declarations
provider "aws" {
  for_each            = toset(local.provider_regions)
  alias               = "region"
  region              = each.key
  allowed_account_ids = [var.account.id]

  default_tags {
    tags = var.tags
  }

  dynamic "assume_role" {
    for_each = local.assume_roles

    content {
      role_arn     = assume_role.value.role_arn
      external_id  = assume_role.value.external_id
      session_name = assume_role.value.session_name
    }
  }
}
