package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Live plans directories where they are, with their backends and with the credentials that the environment has.
type Live struct {
	tool *Tool
	temp string
	// inits has one init run at a time: Terraform doesn't guard its plugin cache against another.
	// https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
	inits sync.Mutex
}

// LiveOptions are what a plan is run with.
type LiveOptions struct {
	Out         string // the plan file to write
	LockTimeout string // such as 30s; empty is Terraform's default, 0s
	NoRefresh   bool
}

// NewLive prepares for plans. Close ends them.
//
// It sets environment variables of this process, which is how terraform-exec passes on what a user has set (TF_VAR_*, TF_WORKSPACE, AWS_*): the folder that all
// providers are shared in, unless the user has chosen one, and the mirror that the other commands take providers from.
// Where a directory has no lock file, the one that Terraform then writes knows the providers of this platform only.
func (t *Tool) NewLive() (*Live, error) {
	temp, err := os.MkdirTemp("", "plinth-plan-")
	if err != nil {
		return nil, fmt.Errorf("temporary directory: %w", err)
	}
	l := &Live{tool: t, temp: temp}
	if err := l.setEnvironment(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Live) setEnvironment() error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return fmt.Errorf("shared folder for providers: %w", err)
	}
	env := map[string]string{"CHECKPOINT_DISABLE": "1"}
	if os.Getenv("TF_PLUGIN_CACHE_DIR") == "" && !l.tool.mirror.userConfig {
		folder := filepath.Join(cache, "plinth", "providers")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("shared folder for providers: %w", err)
		}
		env["TF_PLUGIN_CACHE_DIR"], env["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = folder, "true"
	}
	chosen, err := l.tool.Environment(l.temp)
	if err != nil {
		return err
	}
	if file := chosen["TF_CLI_CONFIG_FILE"]; file != "" {
		env["TF_CLI_CONFIG_FILE"] = file
	}
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("environment: %w", err)
		}
	}
	return nil
}

// Close removes what was temporary.
func (l *Live) Close() error { return os.RemoveAll(l.temp) }

// Plan initializes a directory and plans it. Changed tells whether anything would change, outputs among it. A cancelled context interrupts Terraform, which then
// releases its lock; several directories may be planned at a time.
func (l *Live) Plan(ctx context.Context, dir string, o LiveOptions) (plan *tfjson.Plan, changed bool, err error) {
	tf, err := tfexec.NewTerraform(dir, l.tool.path)
	if err != nil {
		return nil, false, err
	}
	if err := l.init(ctx, tf); err != nil {
		return nil, false, fmt.Errorf("terraform init: %w", err)
	}
	args := []tfexec.PlanOption{tfexec.Out(o.Out), tfexec.Refresh(!o.NoRefresh)}
	if o.LockTimeout != "" {
		args = append(args, tfexec.LockTimeout(o.LockTimeout))
	}
	changed, err = tf.Plan(ctx, args...)
	if err != nil {
		return nil, false, fmt.Errorf("terraform plan: %w", err)
	}
	plan, err = tf.ShowPlanFile(ctx, o.Out)
	if err != nil {
		return nil, false, fmt.Errorf("terraform show: %w", err)
	}
	return plan, changed, nil
}

func (l *Live) init(ctx context.Context, tf *tfexec.Terraform) error {
	l.inits.Lock()
	defer l.inits.Unlock()
	return tf.Init(ctx)
}
