// Command schemagen writes generator/module/schema/aws.json: what the AWS provider says about the types that the modules and the template use.
// Run it from the top folder (make schema) after a module has got a new type of resource, or to move to another version of the provider.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"plinth/generator/module/schema"
	"plinth/generator/terraform"
)

const (
	provider = "registry.terraform.io/hashicorp/aws"
	target   = "generator/module/schema/aws.json"
)

func main() {
	version := flag.String("version", "5.100.0", "version of the AWS provider")
	flag.Parse()
	if err := run(context.Background(), *version); err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, version string) error {
	used, err := scan(os.DirFS("."))
	if err != nil {
		return err
	}
	tool, err := terraform.Find(ctx)
	if err != nil {
		return err
	}
	schemas, err := tool.ProviderSchema(ctx, "hashicorp/aws", version)
	if err != nil {
		return err
	}
	out, err := schema.Encode(provider, version, schemas, used.resources, used.data)
	if err != nil {
		return err
	}
	return os.WriteFile(target, out, 0o644)
}
