// Package terraform runs Terraform or OpenTofu on a directory, without a trace there: always in a temporary copy, with an
// environment of its own and without anybody's AWS credentials.
package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	hcfs "github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

// PathEnv is the environment variable that names the executable to use, in place of a search.
const PathEnv = "PLINTH_TERRAFORM"

// installVersion is what Find installs where there is neither Terraform nor OpenTofu.
const installVersion = "1.11.4"

// ErrNotFound means that there is no Terraform, and that none could be installed. Its text says what to do.
var ErrNotFound = errors.New("no Terraform was found: install Terraform or OpenTofu so that it is on PATH, or set " +
	PathEnv + " to the path of the executable")

// Tool is an executable of Terraform or OpenTofu, and where its providers come from.
type Tool struct {
	path   string
	tofu   bool
	env    map[string]string // what every run gets
	mirror mirror
}

// Find returns the executable that PLINTH_TERRAFORM names, else terraform or tofu on PATH, else a Terraform that it downloads from
// HashiCorp's releases into the user's cache folder. It looks for a mirror of providers as well.
//
// It fails with ErrNotFound if there is no executable and the download fails, and with other errors if PLINTH_TERRAFORM or
// TF_PROVIDER_MIRROR is set but not usable.
func Find(ctx context.Context) (*Tool, error) {
	return find(ctx, environ(os.Environ()), installTerraform)
}

func find(ctx context.Context, env map[string]string, download func(context.Context) (string, error)) (*Tool, error) {
	path, err := findExecutable(ctx, env, download)
	if err != nil {
		return nil, err
	}
	base := strings.ToLower(filepath.Base(path))
	t := &Tool{path: path, tofu: strings.HasPrefix(base, "tofu"), env: baseEnv(env)}
	if t.mirror, err = findMirror(env, runtime.GOOS+"_"+runtime.GOARCH); err != nil {
		return nil, err
	}
	return t, nil
}

func findExecutable(ctx context.Context, env map[string]string, download func(context.Context) (string, error)) (string, error) {
	if path := env[PathEnv]; path != "" {
		path, err := filepath.Abs(path)
		if err != nil {
			return "", fmt.Errorf("%s: %w", PathEnv, err)
		}
		found, err := install.NewInstaller().Ensure(ctx, []src.Source{&hcfs.AnyVersion{ExactBinPath: path}})
		if err != nil {
			return "", fmt.Errorf("%s is set to %s, which can't be run: %w", PathEnv, path, err)
		}
		return found, nil
	}
	tofu := product.Product{Name: "tofu", BinaryName: func() string {
		if runtime.GOOS == "windows" {
			return "tofu.exe"
		}
		return "tofu"
	}}
	onPath := []src.Source{&hcfs.AnyVersion{Product: &product.Terraform}, &hcfs.AnyVersion{Product: &tofu}}
	if found, err := install.NewInstaller().Ensure(ctx, onPath); err == nil {
		return found, nil
	}
	found, err := download(ctx)
	if err != nil {
		return "", fmt.Errorf("%w (the download of Terraform %s failed: %w)", ErrNotFound, installVersion, err)
	}
	return found, nil
}

// installTerraform downloads Terraform once for a user. Two runs at a time may both do so; the first to end wins.
func installTerraform(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	parent := filepath.Join(cache, "plinth", "terraform")
	dir := filepath.Join(parent, installVersion)
	path := filepath.Join(dir, product.Terraform.BinaryName())
	if found, err := install.NewInstaller().Ensure(ctx, []src.Source{&hcfs.AnyVersion{ExactBinPath: path}}); err == nil {
		return found, nil
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(parent, "download-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	v, err := version.NewVersion(installVersion)
	if err != nil {
		return "", err
	}
	if _, err := install.NewInstaller().Install(ctx, []src.Installable{
		&releases.ExactVersion{Product: product.Terraform, Version: v, InstallDir: tmp},
	}); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, other := os.Stat(path); other != nil {
			return "", err
		}
	}
	return path, nil
}

// Path is the executable's path.
func (t *Tool) Path() string { return t.path }

// OpenTofu reports whether the executable is OpenTofu, going by its name.
func (t *Tool) OpenTofu() bool { return t.tofu }
