module "bucket" {
  source = "../../modules/bucket"

  name = "${var.account.name}-artifacts-${var.account.id}"
  tags = local.tags
}

module "queues" {
  source = "../../modules/queues"

  account_id = var.account.id
  bucket_arn = module.bucket.arn
  tags       = local.tags
}

# plinth:opt-in
module "roles" {
  source = "../../modules/roles"

  prefix      = var.account.name
  account_id  = var.account.id
  bucket_arns = [module.bucket.arn]
}
