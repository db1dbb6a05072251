package generator

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/module"
	"plinth/generator/spec"
)

// checkTemplate says what a template lacks that every account needs.
func checkTemplate(root *module.Module) hcl.Diagnostics {
	wrong := func(detail string) hcl.Diagnostics {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Template lacks what accounts need", Detail: detail}}
	}
	v := root.Variables["account"]
	if v == nil {
		return wrong("Write variable \"account\" of type object({ id = string, name = string }): the directory of an account is named by it.")
	}
	for _, name := range []string{"id", "name"} {
		if !v.Type.IsObjectType() || !v.Type.HasAttribute(name) || v.Type.AttributeType(name) != cty.String {
			diags := wrong(fmt.Sprintf("Give variable \"account\" the attribute %s = string: it is an object with id and name.", name))
			diags[0].Subject = v.Block.DefRange().Ptr()
			return diags
		}
	}
	if len(root.Calls) == 0 {
		return wrong("Write a module block for each section that a spec may have.")
	}
	return nil
}

// folderName is what an account may be called: its directory is.
var folderName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// unusableName says that an account has no name that a directory can have. A template need not look at that, but nothing may be written elsewhere.
func unusableName(s *spec.Spec) hcl.Diagnostics {
	account := s.Core["account"]
	wrong := &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Account without a usable name",
		Detail:  "Write account.name in letters, digits, periods, hyphens and underscores, beginning with a letter or digit, and account.id: the account's directory is named by it.",
		Subject: s.VersionRange.Ptr(),
	}
	if account == nil || account.Attrs["name"] == nil || account.Attrs["id"] == nil {
		return hcl.Diagnostics{wrong}
	}
	if name, ok := knownText(account.Attrs["name"].Value); !ok || !folderName.MatchString(name) {
		wrong.Subject = account.Attrs["name"].Range.Ptr()
		return hcl.Diagnostics{wrong}
	}
	return nil
}

// settingOf is an attribute of an object, null where there is none.
func settingOf(settings cty.Value, name string) cty.Value {
	if settings == cty.NilVal || settings.IsNull() || !settings.Type().IsObjectType() || !settings.Type().HasAttribute(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return settings.GetAttr(name)
}

// settings is what the spec says under the core key terraform; null where the template has no such variable.
func (t *template) settings(input func(string) cty.Value) cty.Value {
	if t.root.Variables["terraform"] == nil {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return input("terraform")
}

// loadBelow loads what a module has below itself: the modules that it calls by a relative path, and the files that aren't Terraform's, which it may read.
func (t *template) loadBelow(section string, m *module.Module) hcl.Diagnostics {
	var diags hcl.Diagnostics
	queue := []*module.Module{m}
	for len(queue) > 0 {
		parent := queue[0]
		queue = queue[1:]
		assets, err := t.assets(parent.Dir)
		if err != nil {
			return append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Module directory cannot be read", Detail: err.Error()})
		}
		for _, name := range assets {
			content, err := fs.ReadFile(t.fsys, name)
			if err != nil {
				return append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "File cannot be read", Detail: err.Error()})
			}
			if t.assetsOf[section] == nil {
				t.assetsOf[section] = make(map[string][]byte)
			}
			t.assetsOf[section][name] = content
		}
		for _, name := range sortedKeys(parent.Calls) {
			call := parent.Calls[name]
			dir, local := call.LocalDir(parent.Dir)
			if !local || slices.ContainsFunc(t.below[section], func(m *module.Module) bool { return m.Dir == dir }) {
				continue
			}
			if !strings.HasPrefix(dir, modulesDir+"/") || dir == path.Join(modulesDir, section) {
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError, Summary: "Module outside of the modules",
					Detail: fmt.Sprintf("Write a source that leads to another folder below %s: the configuration has no other.", modulesDir), Subject: call.Block.DefRange().Ptr(),
				})
				continue
			}
			child, more := module.Load(t.fsys, dir, t.sources)
			diags = append(diags, more...)
			if child != nil {
				t.below[section] = append(t.below[section], child)
				queue = append(queue, child)
			}
		}
	}
	return diags
}

// assets are the files of a module's folder, and of folders below it that hold no module, that aren't Terraform's: templates, policies. Its tests, its examples, its README and what
// begins with a dot stay behind.
func (t *template) assets(dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(t.fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case name == dir:
			return nil
		case entry.IsDir() && (strings.HasPrefix(base, ".") || base == "tests" || base == "examples" || t.isModule(name)):
			return fs.SkipDir
		case entry.IsDir(), strings.HasPrefix(base, "."), strings.HasSuffix(base, ".tf"), strings.HasSuffix(base, ".md"), strings.HasSuffix(base, ".tftest.hcl"), base == "LICENSE":
			return nil
		}
		names = append(names, name)
		return nil
	})
	return names, err
}

func (t *template) isModule(dir string) bool {
	found, err := fs.Glob(t.fsys, dir+"/*.tf")
	return err == nil && len(found) > 0
}
