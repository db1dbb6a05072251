// Package plinth holds the modules and templates that the plinth command carries, and its version.
package plinth

import "embed"

// Files holds modules/ and templates/account: ordinary Terraform, with a README.md beside each; and templates/init, a spec to start from; templates/coverage, what guides ask for; templates/pipeline, what CI systems run.
//
//go:embed modules/*/*.tf modules/*/README.md templates/account/*.tf templates/account/README.md templates/init/account.yaml templates/coverage/*.yaml templates/pipeline/*.tmpl
var Files embed.FS
