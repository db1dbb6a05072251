package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

const reportDefinitionPage = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_cur_ReportDefinition.html"

// curCombinations is the provider's own check of what goes together. It runs at apply only; AWS itself answers with an empty
// ValidationException and documents the combinations nowhere.
const curCombinations = "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/cur/report_definition.go"

func curRules() []Rule {
	def := []string{"aws_cur_report_definition"}
	return []Rule{
		{
			ID: "cur-report-name", Summary: "Invalid report name", Source: reportDefinitionPage, Types: def,
			each: func(r view, report report) {
				name := r.attr("report_name")
				if s, ok := name.str(); ok && (len(s) > 256 || !curName.MatchString(s)) {
					report(name, fmt.Sprintf("the report name %q isn't allowed", s), `Write 1 to 256 letters, digits and any of "!-_.*'()", without blanks`)
				}
			},
		},
		{
			ID: "cur-report-names-distinct", Summary: "Two reports with one name", Source: reportDefinitionPage, Types: def,
			all: func(rs []view, report report) {
				repeated(rs, func(r view) string { return r.attr("report_name").text() }, func(r, first view) {
					name := r.attr("report_name")
					report(name, fmt.Sprintf("%s has the name %q already", first.res.Address, name.text()), "Write another name")
				})
			},
		},
		{
			ID: "cur-prefix", Summary: "Invalid prefix of a report", Source: reportDefinitionPage, Types: def,
			each: func(r view, report report) {
				prefix := r.attr("s3_prefix")
				if s, ok := prefix.str(); ok && (utf8.RuneCountInString(s) > 256 || !curPrefix.MatchString(s)) {
					report(prefix, fmt.Sprintf("the prefix %q isn't allowed", s), `Write at most 256 letters, digits and any of "!-_.*'()/"`)
				}
			},
		},
		{
			ID: "cur-athena-alone", Summary: "ATHENA together with other artifacts", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				if a := r.attr("additional_artifacts"); hasArtifact(r, "ATHENA") && a.distinct() > 1 {
					report(a, "ATHENA can't be combined with other artifacts", `Write ["ATHENA"], and a second report for the others`)
				}
			},
		},
		{
			ID: "cur-athena-prefix", Summary: "ATHENA without a prefix", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				prefix := r.attr("s3_prefix")
				if s, ok := prefix.str(); hasArtifact(r, "ATHENA") && (prefix.absent() || ok && s == "") {
					report(prefix, "a report with ATHENA needs a prefix", `Write s3_prefix, such as "cur"`)
				}
			},
		},
		{
			ID: "cur-athena-overwrite", Summary: "ATHENA without overwriting", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				v := r.attr("report_versioning")
				if s, ok := v.str(); hasArtifact(r, "ATHENA") && (v.absent() || ok && s != "OVERWRITE_REPORT") {
					report(v, "a report with ATHENA overwrites its earlier versions", `Write report_versioning = "OVERWRITE_REPORT"`)
				}
			},
		},
		{
			ID: "cur-athena-parquet", Summary: "ATHENA without Parquet", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				format := r.attr("format")
				if s, ok := format.str(); hasArtifact(r, "ATHENA") && ok && s != "Parquet" {
					report(format, fmt.Sprintf("a report with ATHENA has the format Parquet, found %q", s), `Write format = "Parquet" and compression = "Parquet"`)
				}
			},
		},
		{
			ID: "cur-parquet-pair", Summary: "Format and compression don't fit", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				compression := r.attr("compression")
				f, ok := r.attr("format").str()
				c, known := compression.str()
				if ok && known && (f == "Parquet") != (c == "Parquet") {
					want := `Write compression = "Parquet"`
					if f != "Parquet" {
						want = `Write compression = "GZIP" or "ZIP"`
					}
					report(compression, fmt.Sprintf("the format %q can't have the compression %q", f, c), want)
				}
			},
		},
		{
			ID: "cur-warehouse-csv", Summary: "REDSHIFT or QUICKSIGHT with Parquet", Source: curCombinations, Types: def,
			each: func(r view, report report) {
				format := r.attr("format")
				if (hasArtifact(r, "REDSHIFT") || hasArtifact(r, "QUICKSIGHT")) && format.text() == "Parquet" {
					report(format, "REDSHIFT and QUICKSIGHT read text only", `Write format = "textORcsv" and compression = "GZIP"`)
				}
			},
		},
		{
			ID: "cur-reports-per-account", Summary: "Too many reports", Source: "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_cur_PutReportDefinition.html", Types: def,
			all: func(rs []view, report report) {
				perGroup(rs, 5, func(view) string { return "account" }, func(r view, n int) {
					report(r.attr("report_name"), fmt.Sprintf("this is report %d, and an account takes 5", n), "Leave reports out")
				})
			},
		},
	}
}

var (
	curName   = regexp.MustCompile(`^[0-9A-Za-z!\-_.*'()]+$`)
	curPrefix = regexp.MustCompile(`^[0-9A-Za-z!\-_.*'()/]*$`)
)

func hasArtifact(r view, name string) bool {
	list, _ := r.attr("additional_artifacts").strings()
	return slices.Contains(list, name)
}
