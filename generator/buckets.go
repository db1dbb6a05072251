package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"plinth/generator/constraint"
	"plinth/generator/spec"
)

// Bucket is an S3 bucket that an account makes, whose name the spec decides.
type Bucket struct {
	Name  string
	Field string    // of the spec, that decides the name
	Range hcl.Range // of that field, or of the account's name where the spec leaves it out
}

func bucketsOf(all []*constraint.Resource, s *spec.Spec) []Bucket {
	var buckets []Bucket
	for _, r := range all {
		if r.Mode != "managed" || r.Type != "aws_s3_bucket" {
			continue
		}
		attr := r.Body.Attrs["bucket"]
		if v := attr.Value; v != cty.NilVal && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			name, _ := v.Unmark()
			buckets = append(buckets, Bucket{name.AsString(), attr.Field, fieldRange(s, attr.Field)})
		}
	}
	return buckets
}

// fieldRange is where a spec has a field of a section, or else the account's name.
func fieldRange(s *spec.Spec, field string) hcl.Range {
	steps := strings.Split(field, ".")
	if section := s.Sections[steps[0]]; section != nil && len(steps) > 1 {
		v := section.Values[steps[1]]
		for _, step := range steps[2:] {
			if v != nil {
				v = v.Attrs[step]
			}
		}
		if v != nil {
			return v.Range
		}
	}
	return s.Core["account"].Attrs["name"].Range
}

// sameBuckets are the problems of accounts with one bucket: S3 has each name once in a partition.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func sameBuckets(accounts []*Account) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := make(map[string]*Account)
	for _, account := range accounts {
		if account == nil {
			continue
		}
		for _, bucket := range account.Buckets {
			other := seen[bucket.Name]
			if other == nil {
				seen[bucket.Name] = account
				continue
			}
			if other == account || other.ID == account.ID {
				continue // the rules of one account say so, or there are two specs of it
			}
			field := bucket.Field
			if field == "" {
				field = "the module"
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Two accounts of one bucket",
				Detail: fmt.Sprintf("%s decides that account %s has the bucket %s, which account %s of %s has as well: S3 refuses a name that another account has. Give each a name of its own, or leave the field out: "+
					"names are made with the account's id then.", field, account.Name, bucket.Name, other.Name, other.Spec),
				Subject: &bucket.Range,
			})
		}
	}
	return diags
}
