package terraform

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
)

// Environment is what Terraform gets for a run of its own, for who runs it in a directory itself and not in a copy. The folder dir is the run's: the
// CLI configuration is written there, and Terraform keeps its data in it.
func (t *Tool) Environment(dir string) (map[string]string, error) {
	env := maps.Clone(t.env)
	env["TF_DATA_DIR"] = filepath.Join(dir, "data")
	if t.mirror.dir == "" || t.mirror.userConfig {
		return env, nil
	}
	host := terraformRegistry
	if t.tofu {
		host = tofuRegistry
	}
	m, err := t.mirror.under(host, filepath.Join(dir, "mirror"), runtime.GOOS+"_"+runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(file, []byte(cliConfig(m.dir, m.hosts)), 0o600); err != nil {
		return nil, fmt.Errorf("CLI configuration: %w", err)
	}
	env["TF_CLI_CONFIG_FILE"] = file
	return env, nil
}
