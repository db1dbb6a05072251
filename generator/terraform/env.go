package terraform

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// environ turns "name=value" strings into a map. The names of Windows are the same in any case.
func environ(vars []string) map[string]string {
	env := map[string]string{}
	for _, v := range vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			continue
		}
		if runtime.GOOS == "windows" {
			name = strings.ToUpper(name)
		}
		env[name] = value
	}
	return env
}

// environment is environ's reverse, sorted.
func environment(env map[string]string) []string {
	vars := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		vars = append(vars, name+"="+env[name])
	}
	return vars
}

// inherited is what a run takes over from its surroundings: how to find programs, folders and the network. Nothing that would change
// a result, such as TF_VAR_*, TF_CLI_ARGS, TF_WORKSPACE or AWS_*.
var inherited = []string{
	"HOME", "PATH", "TMPDIR", "TEMP", "TMP",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
	"XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
	"SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
	"TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR",
}

// baseEnv is the environment of every run. The AWS credentials are made up, and neither the user's AWS files nor an
// instance's metadata are asked for others, so that no run can reach an account.
func baseEnv(from map[string]string) map[string]string {
	env := map[string]string{}
	for _, name := range inherited {
		if value, ok := from[name]; ok {
			env[name] = value
		}
	}
	// A run works in another directory, so paths are named in full. A CLI configuration that is not there counts as unset: with its
	// name in the environment Terraform would not look for the one in the home folder.
	for _, name := range []string{"TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"} {
		if abs, err := filepath.Abs(env[name]); err == nil && env[name] != "" {
			env[name] = abs
		}
	}
	if !readable(env["TF_CLI_CONFIG_FILE"]) {
		delete(env, "TF_CLI_CONFIG_FILE")
	}
	maps.Copy(env, map[string]string{
		"CHECKPOINT_DISABLE":          "1",
		"AWS_ACCESS_KEY_ID":           dummyKey,
		"AWS_SECRET_ACCESS_KEY":       dummyKey,
		"AWS_REGION":                  "us-east-1",
		"AWS_EC2_METADATA_DISABLED":   "true",
		"AWS_CONFIG_FILE":             os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	})
	return env
}

const dummyKey = "plinth-offline"

// nowhere is a proxy that refuses every connection: the discard port of this machine, on which nothing listens.
const nowhere = "http://127.0.0.1:9"

// cutOff is an environment from which no request leaves the machine.
func cutOff(env map[string]string) map[string]string {
	env = maps.Clone(env)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env[name] = nowhere
	}
	delete(env, "NO_PROXY")
	delete(env, "no_proxy")
	return env
}
