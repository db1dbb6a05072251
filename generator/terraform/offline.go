package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Why an override file is not enough: Terraform merges an override's arguments into a provider block one by one, so it can't take away
// allowed_account_ids, which fails as long as the account isn't asked for, and it can't take away a backend. The temporary copy
// is therefore edited itself.

// online are the arguments and blocks of the AWS provider that say who it is, make it ask AWS who it is, or lead its requests past
// the proxy of the environment.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference
var online = []string{
	"access_key", "secret_key", "token", "profile", "shared_config_files", "shared_credentials_files",
	"allowed_account_ids", "forbidden_account_ids", "assume_role", "assume_role_with_web_identity",
	"http_proxy", "https_proxy", "no_proxy",
}

// offline rewrites one file of a root module for a plan that talks to nobody: every configuration of the AWS provider gets made-up
// keys and skips all checks, and backends go. It reports whether the file configures the AWS provider without an alias.
func offline(src []byte, filename string) (out []byte, defaultProvider bool, err error) {
	f, diags := hclwrite.ParseConfig(src, filename, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, false, diags
	}
	for _, block := range f.Body().Blocks() {
		switch {
		case block.Type() == "terraform":
			removeBlocks(block.Body(), []string{"backend", "cloud"})
		case block.Type() == "provider" && slices.Equal(block.Labels(), []string{"aws"}):
			defaultProvider = defaultProvider || block.Body().GetAttribute("alias") == nil
			for _, name := range online {
				block.Body().RemoveAttribute(name)
			}
			removeBlocks(block.Body(), online)
			setOffline(block.Body())
		}
	}
	return f.Bytes(), defaultProvider, nil
}

func removeBlocks(body *hclwrite.Body, types []string) {
	for _, block := range body.Blocks() {
		typ := block.Type()
		if typ == "dynamic" && len(block.Labels()) == 1 {
			typ = block.Labels()[0]
		}
		if slices.Contains(types, typ) {
			body.RemoveBlock(block)
		}
	}
}

func setOffline(body *hclwrite.Body) {
	for _, name := range []string{"access_key", "secret_key"} {
		body.SetAttributeValue(name, cty.StringVal(dummyKey))
	}
	for _, name := range []string{"skip_credentials_validation", "skip_requesting_account_id", "skip_metadata_api_check"} {
		body.SetAttributeValue(name, cty.True)
	}
	// A request that can't be sent fails at once, in place of after half an hour.
	body.SetAttributeValue("max_retries", cty.NumberIntVal(1))
}

// defaultProvider is a file that configures the AWS provider of a root module which leaves that to the environment.
func defaultProvider() []byte {
	f := hclwrite.NewEmptyFile()
	setOffline(f.Body().AppendNewBlock("provider", []string{"aws"}).Body())
	return f.Bytes()
}
