package terraform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Validate runs init without a backend, and validate, on a copy of dir. It returns what Terraform says of the configuration, warnings
// included, with file names relative to dir; mistakes in the configuration are no error. It fails when Terraform can't be run, or when
// init fails for another reason than the configuration, such as a provider that can't be had.
func (t *Tool) Validate(ctx context.Context, dir string) ([]tfjson.Diagnostic, error) {
	run, err := t.prepare(dir, false)
	if err != nil {
		return nil, err
	}
	defer run.close()
	initErr := run.init(ctx)
	out, err := run.exec.Validate(ctx)
	if err != nil {
		return nil, errors.Join(initErr, fmt.Errorf("terraform validate: %w", err))
	}
	// A broken configuration fails init as well, and validate says better why.
	if initErr != nil && out.ErrorCount == 0 {
		return nil, initErr
	}
	return out.Diagnostics, nil
}

// Plan plans a copy of dir against nothing: no backend, no state, made-up credentials, no account id asked for, and no request that
// leaves the machine.
func (t *Tool) Plan(ctx context.Context, dir string) (*tfjson.Plan, error) {
	run, err := t.frugal().prepare(dir, true)
	if err != nil {
		return nil, err
	}
	defer run.close()
	if err := run.init(ctx); err != nil {
		return nil, err
	}
	if err := run.exec.SetEnv(cutOff(run.env)); err != nil {
		return nil, fmt.Errorf("terraform plan: %w", err)
	}
	file := filepath.Join(run.dir, "plinth.tfplan")
	if _, err := run.exec.Plan(ctx, tfexec.Out(file), tfexec.Refresh(false), tfexec.Lock(false)); err != nil {
		return nil, fmt.Errorf("terraform plan: %w", err)
	}
	plan, err := run.exec.ShowPlanFile(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("terraform show: %w", err)
	}
	return plan, nil
}

// mockedTest is the test file that PlanMocked adds to the copy.
const mockedTest = "plinth.tftest.hcl"

// PlanMocked plans a copy of dir as a run of terraform test, under the mocked providers of mocks, which holds mock_provider blocks. Where those give computed
// attributes values at plan time, no string of the plan is unknown in part. It needs Terraform 1.11 or later, or OpenTofu that knows
// override_during.
func (t *Tool) PlanMocked(ctx context.Context, dir string, mocks []byte) (*tfjson.Plan, error) {
	run, err := t.frugal().prepare(dir, true)
	if err != nil {
		return nil, err
	}
	defer run.close()
	test := append(slices.Clone(mocks), "\nrun \"plan\" {\n  command = plan\n}\n"...)
	if err := os.WriteFile(filepath.Join(run.dir, mockedTest), test, 0o600); err != nil {
		return nil, fmt.Errorf("terraform test: %w", err)
	}
	if err := run.init(ctx); err != nil {
		return nil, err
	}
	// The filter keeps the directory's own tests, whose plans are others, from running.
	output, err := run.test(ctx, "-json", "-verbose", "-filter="+mockedTest)
	var messages []string
	for line := range bytes.Lines(output) {
		var message struct {
			Type string
			Plan *struct {
				ResourceChanges []*tfjson.ResourceChange  `json:"resource_changes"`
				OutputChanges   map[string]*tfjson.Change `json:"output_changes"`
			} `json:"test_plan"`
			Diagnostic *tfjson.Diagnostic
		}
		if json.Unmarshal(line, &message) != nil {
			continue // not a message
		}
		if message.Diagnostic != nil {
			messages = append(messages, message.Diagnostic.Summary+": "+message.Diagnostic.Detail)
		}
		if message.Plan != nil {
			return &tfjson.Plan{ResourceChanges: message.Plan.ResourceChanges, OutputChanges: message.Plan.OutputChanges}, nil
		}
	}
	if err == nil {
		err = errors.New("it printed no plan")
	}
	return nil, fmt.Errorf("terraform test: %w: %s", err, strings.Join(messages, "; "))
}

// Test runs the *.tftest.hcl files of a copy of dir with one process of the AWS provider, so that all of a file's providers are configured alike, and fails with Terraform's output when one of them does.
func (t *Tool) Test(ctx context.Context, dir string) error {
	run, err := t.frugal().prepare(dir, false)
	if err != nil {
		return err
	}
	defer run.close()
	if err := run.init(ctx); err != nil {
		return err
	}
	output, err := run.test(ctx, "-no-color")
	if err != nil {
		return fmt.Errorf("terraform test: %w\n%s", err, output)
	}
	return nil
}

// test runs terraform test with one process of the provider. terraform-exec knows neither -verbose nor how to attach to a provider here.
func (r *run) test(ctx context.Context, args ...string) (output []byte, err error) {
	attach, stop, err := r.shareProvider(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	cmd := exec.CommandContext(ctx, r.exec.ExecPath(), append([]string{"test"}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(environment(cutOff(r.env)), attach)
	return cmd.CombinedOutput()
}

// ProviderSchema returns the schema of one version of a provider, such as hashicorp/aws.
func (t *Tool) ProviderSchema(ctx context.Context, source, version string) (*tfjson.ProviderSchema, error) {
	dir, err := os.MkdirTemp("", "plinth-schema-")
	if err != nil {
		return nil, fmt.Errorf("temporary directory: %w", err)
	}
	defer os.RemoveAll(dir)
	config := fmt.Sprintf("terraform {\n  required_providers {\n    p = {\n      source  = %q\n      version = %q\n    }\n  }\n}\n", source, version)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("provider schema: %w", err)
	}
	run, err := t.prepare(dir, false)
	if err != nil {
		return nil, err
	}
	defer run.close()
	if err := run.init(ctx); err != nil {
		return nil, err
	}
	schemas, err := run.exec.ProvidersSchema(ctx)
	if err != nil {
		return nil, fmt.Errorf("terraform providers schema: %w", err)
	}
	for name, schema := range schemas.Schemas {
		if strings.HasSuffix(name, "/"+source) {
			return schema, nil
		}
	}
	return nil, fmt.Errorf("terraform providers schema: %s is not in it", source)
}

// run is one use of Terraform in a temporary copy.
type run struct {
	exec *tfexec.Terraform
	dir  string            // the copy
	temp string            // holds the copy, Terraform's data and the CLI configuration
	env  map[string]string // what Terraform gets
}

func (t *Tool) prepare(dir string, planned bool) (*run, error) {
	temp, err := os.MkdirTemp("", "plinth-terraform-")
	if err != nil {
		return nil, fmt.Errorf("temporary directory: %w", err)
	}
	r := &run{dir: filepath.Join(temp, "root"), temp: temp, env: maps.Clone(t.env)}
	if err := r.fill(t, dir, planned); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *run) fill(t *Tool, dir string, planned bool) error {
	if err := copyConfiguration(r.dir, dir, planned); err != nil {
		return err
	}
	r.env["TF_DATA_DIR"] = filepath.Join(r.temp, "data")
	m := t.mirror
	if m.dir != "" && !m.userConfig {
		host := terraformRegistry
		if t.tofu {
			host = tofuRegistry
		}
		m, err := m.under(host, filepath.Join(r.temp, "mirror"), runtime.GOOS+"_"+runtime.GOARCH)
		if err != nil {
			return err
		}
		file := filepath.Join(r.temp, "cli.tfrc")
		if err := os.WriteFile(file, []byte(cliConfig(m.dir, m.hosts)), 0o600); err != nil {
			return fmt.Errorf("CLI configuration: %w", err)
		}
		r.env["TF_CLI_CONFIG_FILE"] = file
	}
	exec, err := tfexec.NewTerraform(r.dir, t.path)
	if err != nil {
		return fmt.Errorf("%s: %w", t.path, err)
	}
	r.exec = exec
	return exec.SetEnv(r.env)
}

func (r *run) init(ctx context.Context) error {
	if err := r.exec.Init(ctx, tfexec.Backend(false)); err != nil {
		return fmt.Errorf("terraform init: %w", err)
	}
	return nil
}

func (r *run) close() { _ = os.RemoveAll(r.temp) } // below the system's folder for what may be lost

// copyConfiguration copies what Terraform reads of a directory: its own files, not another run's data or state. Links to files are
// followed as Terraform follows them; links to directories stay links.
func copyConfiguration(to, from string, planned bool) error {
	from, err := filepath.EvalSymlinks(from)
	if err == nil {
		from, err = filepath.Abs(from)
	}
	if err != nil {
		return fmt.Errorf("copy of the configuration: %w", err)
	}
	hasDefault := false
	err = filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			if entry.Name() == ".terraform" && rel != "." {
				return filepath.SkipDir
			}
			return os.MkdirAll(target, 0o755)
		}
		if strings.Contains(entry.Name(), ".tfstate") {
			return nil
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // a link to nothing
		case err != nil:
			return err
		case info.IsDir():
			real, err := filepath.EvalSymlinks(path)
			if err != nil {
				return err
			}
			return os.Symlink(real, target)
		case !info.Mode().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if planned && filepath.Dir(rel) == "." && strings.HasSuffix(rel, ".tf") {
			edited, isDefault, err := offline(content, path)
			if err != nil {
				return err
			}
			content, hasDefault = edited, hasDefault || isDefault
		}
		return os.WriteFile(target, content, 0o600)
	})
	if err == nil && planned && !hasDefault {
		err = os.WriteFile(filepath.Join(to, "plinth_provider.tf"), defaultProvider(), 0o600)
	}
	if err != nil {
		return fmt.Errorf("copy of %s: %w", from, err)
	}
	return nil
}
