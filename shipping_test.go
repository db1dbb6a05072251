package plinth_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func decodeKnown(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// TestAction holds the GitHub action against what an action's metadata may have.
// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
func TestAction(t *testing.T) {
	var action struct {
		Name, Description string
		Inputs            map[string]struct {
			Description, Default string
			Required             bool
		}
		Outputs map[string]struct{ Description, Value string }
		Runs    struct {
			Using string
			Steps []struct {
				ID, If, Uses, Run, Shell string
				With, Env                map[string]string
			}
		}
	}
	decodeKnown(t, "action.yml", &action)
	content, err := os.ReadFile("action.yml")
	if err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" || len(action.Runs.Steps) < 3 {
		t.Errorf("%+v", action.Runs)
	}
	ids := []string{}
	for i, step := range action.Runs.Steps {
		ids = append(ids, step.ID)
		if (step.Uses == "") == (step.Run == "") || step.Run != "" && step.Shell == "" {
			t.Errorf("step %d has to have either uses, or run with shell", i)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("step %d: an expression in a script can inject commands; pass it in env", i)
		}
	}
	for _, found := range regexp.MustCompile(`inputs\.([a-z_-]+)`).FindAllStringSubmatch(string(content), -1) {
		if _, ok := action.Inputs[found[1]]; !ok {
			t.Errorf("there is no input %s", found[1])
		}
	}
	for _, found := range regexp.MustCompile(`steps\.([a-z_-]+)\.`).FindAllStringSubmatch(string(content), -1) {
		if !slices.Contains(ids, found[1]) {
			t.Errorf("there is no step %s", found[1])
		}
	}
}

// TestPreCommitHooks holds the hooks against pre-commit's manifest.
// https://pre-commit.com/#new-hooks
func TestPreCommitHooks(t *testing.T) {
	var hooks []struct {
		ID, Name, Description, Entry, Language string
		TypesOr                                []string `yaml:"types_or"`
		PassFilenames                          bool     `yaml:"pass_filenames"`
	}
	decodeKnown(t, ".pre-commit-hooks.yaml", &hooks)
	for _, hook := range hooks {
		command, ok := strings.CutPrefix(hook.Entry, "plinth ")
		if !ok || hook.ID != "plinth-"+command || hook.Language != "golang" || hook.PassFilenames {
			t.Errorf("%+v", hook)
		}
		if _, err := os.Stat("cmd/plinth/" + command + ".go"); err != nil {
			t.Error(err)
		}
	}
	if len(hooks) != 3 {
		t.Errorf("%d hooks", len(hooks))
	}
}

// TestReleases holds that each release is for all platforms, with checksums and a bill of materials.
func TestReleases(t *testing.T) {
	var config struct {
		Builds []struct {
			Main         string
			Goos, Goarch []string
		}
		Checksum struct {
			NameTemplate string `yaml:"name_template"`
		}
		SBOMs []struct{ Artifacts string }
	}
	content, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Builds) != 1 || !slices.Equal(config.Builds[0].Goos, []string{"linux", "darwin", "windows"}) || !slices.Equal(config.Builds[0].Goarch, []string{"amd64", "arm64"}) ||
		config.Checksum.NameTemplate == "" || len(config.SBOMs) != 1 {
		t.Errorf("%+v", config)
	}
	if _, err := os.Stat(config.Builds[0].Main); err != nil {
		t.Error(err)
	}
}
