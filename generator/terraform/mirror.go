package terraform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// MirrorEnv is the environment variable that names a folder with providers, in place of a search.
const MirrorEnv = "TF_PROVIDER_MIRROR"

// The registries, which are the first folders inside a mirror.
const (
	terraformRegistry = "registry.terraform.io"
	tofuRegistry      = "registry.opentofu.org"
)

// awsProvider is where the AWS provider lies below its registry.
const awsProvider = "hashicorp/aws"

// mirror is a folder with providers. The zero mirror is none: then Terraform goes by its own rules.
type mirror struct {
	dir   string
	hosts []string // the registries whose AWS provider it holds for this platform, sorted
	// userConfig is set if someone has a CLI configuration of their own. It wins: nothing is added to it.
	userConfig bool
}

// findMirror says where the AWS provider comes from:
//
//  1. the folder in TF_PROVIDER_MIRROR; it must hold the provider for this platform;
//  2. a CLI configuration of the user's (TF_CLI_CONFIG_FILE, if that file exists, ~/.terraformrc, ~/.tofurc), which is left alone;
//  3. a mirror in the data folders or system folders;
//  4. none of them: the registry.
//
// The platform is written as Terraform does, such as "linux_amd64".
func findMirror(env map[string]string, platform string) (mirror, error) {
	if dir := env[MirrorEnv]; dir != "" {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return mirror{}, fmt.Errorf("%s: %w", MirrorEnv, err)
		}
		hosts, err := mirrorHosts(dir, platform)
		if err != nil {
			return mirror{}, fmt.Errorf("%s: %w", MirrorEnv, err)
		}
		if len(hosts) == 0 {
			return mirror{}, fmt.Errorf("%s is set to %s, which doesn't hold the AWS provider for %s: it should be at %s",
				MirrorEnv, dir, platform, filepath.Join(dir, terraformRegistry, filepath.FromSlash(awsProvider), "VERSION", platform))
		}
		return mirror{dir: dir, hosts: hosts}, nil
	}
	if hasCLIConfig(env) {
		return mirror{userConfig: true}, nil
	}
	for _, folder := range searchFolders(env) {
		if dir, ok := searchMirror(folder, platform, searchDepth); ok {
			hosts, err := mirrorHosts(dir, platform)
			return mirror{dir: dir, hosts: hosts}, err
		}
	}
	return mirror{}, nil
}

func hasCLIConfig(env map[string]string) bool {
	files := []string{env["TF_CLI_CONFIG_FILE"]}
	if home := env["HOME"]; home != "" {
		files = append(files, filepath.Join(home, ".terraformrc"), filepath.Join(home, ".tofurc"))
	}
	if data := env["APPDATA"]; data != "" && runtime.GOOS == "windows" {
		files = append(files, filepath.Join(data, "terraform.rc"), filepath.Join(data, "tofu.rc"))
	}
	return slices.ContainsFunc(files, readable)
}

func readable(file string) bool {
	if file == "" {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// searchFolders are the usual folders for data, the user's before the system's.
func searchFolders(env map[string]string) []string {
	var folders []string
	add := func(paths ...string) {
		for _, p := range paths {
			if filepath.IsAbs(p) && !slices.Contains(folders, p) {
				folders = append(folders, p)
			}
		}
	}
	add(env["XDG_DATA_HOME"])
	if home := env["HOME"]; home != "" {
		add(filepath.Join(home, ".local", "share"), filepath.Join(home, ".terraform.d"))
		if runtime.GOOS == "darwin" {
			add(filepath.Join(home, "Library", "Application Support"))
		}
	}
	if runtime.GOOS == "windows" {
		add(env["APPDATA"], env["LOCALAPPDATA"], env["PROGRAMDATA"])
		return folders
	}
	add(filepath.SplitList(env["XDG_DATA_DIRS"])...)
	add("/usr/local/share", "/usr/share", "/opt", "/srv", "/usr/local/lib", "/usr/lib", "/var/lib")
	return folders
}

// searchDepth is how many folders below a search folder a registry's folder may lie.
const searchDepth = 5

// searchMirror finds the first folder, by depth and then by name, that is a mirror with the AWS provider. Folders that can't be
// read are passed over: they are other people's.
func searchMirror(folder, platform string, depth int) (string, bool) {
	level := []string{folder}
	for ; depth > 0 && len(level) > 0; depth-- {
		var next []string
		for _, dir := range level {
			entries, err := os.ReadDir(dir)
			if err != nil {
				continue
			}
			for _, e := range entries {
				if !e.IsDir() {
					continue
				}
				if name := e.Name(); name == terraformRegistry || name == tofuRegistry {
					if hosts, err := mirrorHosts(dir, platform); err == nil && len(hosts) > 0 {
						return dir, true
					}
				}
				next = append(next, filepath.Join(dir, e.Name()))
			}
		}
		level = next
	}
	return "", false
}

// mirrorHosts lists the registries whose AWS provider a mirror holds for a platform.
func mirrorHosts(dir, platform string) ([]string, error) {
	if _, err := os.ReadDir(dir); err != nil {
		return nil, err
	}
	var hosts []string
	for _, host := range []string{tofuRegistry, terraformRegistry} { // sorted
		packages, err := mirrorPackages(dir, host, platform)
		if err != nil {
			return nil, err
		}
		if len(packages) > 0 {
			hosts = append(hosts, host)
		}
	}
	return hosts, nil
}

// mirrorPackages are the AWS provider's packages for a platform, relative to its folder in the mirror: unpacked ones (5.100.0/linux_amd64) and
// packed ones (terraform-provider-aws_5.100.0_linux_amd64.zip).
// https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
func mirrorPackages(dir, host, platform string) ([]string, error) {
	provider := filepath.Join(dir, host, filepath.FromSlash(awsProvider))
	entries, err := os.ReadDir(provider)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var packages []string
	for _, e := range entries {
		if !e.IsDir() {
			if strings.HasPrefix(e.Name(), "terraform-provider-aws_") && strings.HasSuffix(e.Name(), "_"+platform+".zip") {
				packages = append(packages, e.Name())
			}
			continue
		}
		unpacked := filepath.Join(e.Name(), platform)
		if info, err := os.Stat(filepath.Join(provider, unpacked)); err == nil && info.IsDir() {
			packages = append(packages, unpacked)
		}
	}
	return packages, nil
}

// cliConfig is a CLI configuration that takes from a mirror what it holds, and everything else from where it is published.
func cliConfig(dir string, hosts []string) string {
	var held []string
	for _, host := range hosts {
		held = append(held, fmt.Sprintf("%q", host+"/"+awsProvider))
	}
	list := strings.Join(held, ", ")
	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = [%s]
  }
  direct {
    exclude = [%s]
  }
}
`, filepath.ToSlash(dir), list, list)
}

// under makes a mirror of one registry out of one that holds only the other's packages, below dir: the same packages under the
// name that OpenTofu, or Terraform, asks for. A mirror that holds that registry's own is used as it is.
// Inside a mirror only the package itself may be a link.
func (m mirror) under(host, dir, platform string) (mirror, error) {
	if slices.Contains(m.hosts, host) {
		return m, nil
	}
	from := m.hosts[0]
	packages, err := mirrorPackages(m.dir, from, platform)
	if err != nil {
		return mirror{}, err
	}
	for _, p := range packages {
		to := filepath.Join(dir, host, filepath.FromSlash(awsProvider), p)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return mirror{}, err
		}
		if err := os.Symlink(filepath.Join(m.dir, from, filepath.FromSlash(awsProvider), p), to); err != nil {
			return mirror{}, err
		}
	}
	return mirror{dir: dir, hosts: []string{host}}, nil
}
