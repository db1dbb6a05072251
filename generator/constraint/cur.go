package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

const (
	exportPage      = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_DataExports_Export.html"
	exportQueryPage = "https://docs.aws.amazon.com/cur/latest/userguide/dataexports-data-query.html"
)

const reportDefinitionPage = "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_cur_ReportDefinition.html"

// curCombinations is the provider's own check of what goes together. It runs at apply only; AWS itself answers with an empty
// ValidationException and documents the combinations nowhere.
const curCombinations = "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/cur/report_definition.go"

func curRules() []Rule {
	def, export := []string{"aws_cur_report_definition"}, []string{"aws_bcmdataexports_export"}
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
		{
			ID: "dataexports-incomplete", Summary: "Export that says nothing", Source: exportPage, Types: export,
			each: func(r view, report report) {
				if blocks := r.blocks("export"); len(blocks) == 0 && r.complete() {
					report(r.block("export"), "the export has no block export", "Write export with name, data_query, destination_configurations and refresh_cadence")
				}
				for _, e := range r.blocks("export") {
					for _, name := range []string{"data_query", "destination_configurations", "refresh_cadence"} {
						if len(e.blocks(name)) == 0 && e.complete() {
							report(e.block(name), "the export has no block "+name, "Write "+name)
						}
					}
				}
			},
		},
		{
			ID: "dataexports-name", Summary: "Invalid name of an export", Source: exportPage, Types: export,
			each: func(r view, report report) {
				for _, e := range r.blocks("export") {
					name := e.attr("name")
					if s, ok := name.str(); ok && !exportName.MatchString(s) {
						report(name, fmt.Sprintf("the name %q isn't allowed", s), "Write 1 to 128 letters, digits, hyphens and underscores")
					}
				}
			},
		},
		{
			ID: "dataexports-query", Summary: "Query that Data Exports can't run", Source: exportQueryPage, Types: export,
			each: func(r view, report report) {
				for _, e := range r.blocks("export") {
					for _, q := range e.blocks("data_query") {
						statement := q.attr("query_statement")
						s, ok := statement.str()
						switch {
						case !ok:
						case len(s) > 36000:
							report(statement, fmt.Sprintf("the query has %d characters", len(s)), "Write at most 36000")
						case selectAll.MatchString(s):
							report(statement, "the query selects *", "Write the columns by name: Data Exports has no SELECT *")
						}
					}
				}
			},
		},
		{
			ID: "dataexports-table-configuration", Summary: "Export that is replaced again and again", Source: "https://github.com/hashicorp/terraform-provider-aws/issues/42761", Severity: hcl.DiagWarning, Types: export,
			each: func(r view, report report) {
				for _, e := range r.blocks("export") {
					for _, q := range e.blocks("data_query") {
						tables := q.attr("table_configurations")
						if !tables.known() || !hasKeys(tables.v) {
							continue
						}
						for it := tables.v.ElementIterator(); it.Next(); {
							table, settings := it.Element()
							if !settings.IsKnown() || settings.IsNull() || settings.IsMarked() || !hasKeys(settings) || table.AsString() != "COST_AND_USAGE_REPORT" {
								continue
							}
							written := make(map[string]bool)
							for of := settings.ElementIterator(); of.Next(); {
								key, _ := of.Element()
								written[key.AsString()] = true
							}
							for _, key := range tableKeys {
								if !written[key] {
									report(tables, fmt.Sprintf("the table's configuration lacks %s, which AWS adds by itself", key), "Write "+key+", so that the provider doesn't replace the export in each plan")
								}
							}
						}
					}
				}
			},
		},
	}
}

// hasKeys says that a value is an object or a map.
func hasKeys(v cty.Value) bool { return v.Type().IsObjectType() || v.Type().IsMapType() }

// tableKeys are the settings of the table COST_AND_USAGE_REPORT.
// https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
var tableKeys = []string{"BILLING_VIEW_ARN", "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY", "INCLUDE_RESOURCES", "INCLUDE_SPLIT_COST_ALLOCATION_DATA", "TIME_GRANULARITY"}

var (
	exportName = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)
	selectAll  = regexp.MustCompile(`(?i)^\s*select\s+\*`)
)

var (
	curName   = regexp.MustCompile(`^[0-9A-Za-z!\-_.*'()]+$`)
	curPrefix = regexp.MustCompile(`^[0-9A-Za-z!\-_.*'()/]*$`)
)

func hasArtifact(r view, name string) bool {
	list, _ := r.attr("additional_artifacts").strings()
	return slices.Contains(list, name)
}
