package constraint

import (
	"fmt"
	"strings"
)

const (
	createAliasPage = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"
	keyRotationPage = "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"
)

func kmsRules() []Rule {
	return []Rule{
		{
			ID: "kms-alias-name", Summary: "Invalid alias name", Source: createAliasPage, Types: []string{"aws_kms_alias"},
			each: func(r view, report report) {
				name := r.attr("name")
				s, ok := name.str()
				switch {
				case !ok:
				case strings.HasPrefix(s, "alias/aws/"):
					report(name, fmt.Sprintf("%q starts with \"alias/aws/\", which is for the keys of AWS services", s), "Write another name after alias/")
				case len(s) > 256:
					report(name, fmt.Sprintf("the alias has %d characters", len(s)), "Write at most 256, alias/ among them")
				}
			},
		},
		{
			ID: "kms-alias-names-distinct", Summary: "Two aliases with one name", Source: createAliasPage, Types: []string{"aws_kms_alias"},
			all: func(rs []view, report report) {
				repeated(rs, namedIn("name"), func(r, first view) {
					name := r.attr("name")
					report(name, fmt.Sprintf("%s has the name %q already", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "kms-key-rotation", Summary: "Rotation of a key that can't rotate", Source: keyRotationPage, Types: []string{"aws_kms_key"},
			each: func(r view, report report) {
				rotate := r.attr("enable_key_rotation")
				if spec := r.attr("customer_master_key_spec").text(); rotate.is(true) && spec != "" && spec != "SYMMETRIC_DEFAULT" {
					report(rotate, fmt.Sprintf("KMS doesn't rotate keys of spec %s", spec), "Leave enable_key_rotation out, or write customer_master_key_spec = \"SYMMETRIC_DEFAULT\"")
				}
			},
		},
	}
}
