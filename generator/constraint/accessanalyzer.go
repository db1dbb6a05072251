package constraint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

const (
	createAnalyzerPage    = "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html"
	unusedAccessPage      = "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UnusedAccessConfiguration.html"
	analysisExclusionPage = "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalysisRuleCriteria.html"
	createArchiveRulePage = "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html"
	criterionPage         = "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Criterion.html"
	findingsPage          = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view.html"
	filterKeysPage        = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html"
)

func accessAnalyzerRules() []Rule {
	analyzer, archive := []string{"aws_accessanalyzer_analyzer"}, []string{"aws_accessanalyzer_archive_rule"}
	return []Rule{
		{
			ID: "accessanalyzer-unused-access-type", Summary: "unused_access on another type of analyzer", Source: createAnalyzerPage, Types: analyzer,
			each: func(r view, report report) {
				t := r.attr("type")
				s, ok := t.str()
				if t.absent() {
					s, ok = "ACCOUNT", true // the provider's default
				}
				if !ok || strings.HasSuffix(s, "_UNUSED_ACCESS") {
					return
				}
				for _, u := range unusedAccess(r) {
					report(u.block(""), fmt.Sprintf("an analyzer of type %s doesn't look at unused access", s), "Write type = \"ACCOUNT_UNUSED_ACCESS\" or \"ORGANIZATION_UNUSED_ACCESS\", or leave the block out")
				}
			},
		},
		{
			ID: "accessanalyzer-unused-access-age", Summary: "Invalid unused access age", Source: unusedAccessPage, Types: analyzer,
			each: func(r view, report report) {
				for _, u := range unusedAccess(r) {
					age := u.attr("unused_access_age")
					if n, ok := age.integer(); ok && (n < 1 || n > 365) {
						report(age, fmt.Sprintf("the age is %d days", n), "Write 1 to 365")
					}
				}
			},
		},
		{
			ID: "accessanalyzer-excluded-accounts", Summary: "Account exclusion that isn't possible", Source: analysisExclusionPage, Types: analyzer,
			each: func(r view, report report) {
				for _, u := range unusedAccess(r) {
					for _, rule := range u.blocks("analysis_rule") {
						for _, e := range rule.blocks("exclusion") {
							ids := e.attr("account_ids")
							n := ids.distinct()
							if n > 0 && r.attr("type").text() == "ACCOUNT_UNUSED_ACCESS" {
								report(ids, "an analyzer of one account can't leave accounts out", "Leave account_ids out, or write type = \"ORGANIZATION_UNUSED_ACCESS\"")
							}
							if n > 2000 {
								report(ids, fmt.Sprintf("the exclusion names %d accounts", n), "Write at most 2000")
							}
						}
					}
				}
			},
		},
		{
			ID: "accessanalyzer-archive-rule-name", Summary: "Invalid archive rule name", Source: createArchiveRulePage, Types: archive,
			each: func(r view, report report) {
				name := r.attr("rule_name")
				if s, ok := name.str(); ok && (len(s) > 255 || !archiveRuleName.MatchString(s)) {
					report(name, fmt.Sprintf("the rule name %q isn't allowed", s), `Write 1 to 255 letters, digits and any of "_.-", starting with a letter`)
				}
			},
		},
		{
			ID: "accessanalyzer-archive-criteria", Summary: "Unknown archive rule criteria", Source: filterKeysPage, Types: archive,
			each: func(r view, report report) {
				for _, f := range r.blocks("filter") {
					criteria := f.attr("criteria")
					s, ok := criteria.str()
					if head, _, _ := strings.Cut(s, "."); ok && !slices.Contains(archiveCriteria, head) {
						report(criteria, fmt.Sprintf("an archive rule can't filter by %q", s), "Write one of "+strings.Join(archiveCriteria[:8], ", ")+", with what follows principal. and condition.")
					}
				}
			},
		},
		{
			ID: "accessanalyzer-archive-criteria-repeated", Summary: "Criteria written twice", Source: createArchiveRulePage, Types: archive,
			each: func(r view, report report) {
				seen := map[string]bool{}
				for _, f := range r.blocks("filter") {
					criteria := f.attr("criteria")
					s, ok := criteria.str()
					if ok && seen[s] {
						report(criteria, fmt.Sprintf("the rule filters by %q twice, and only the last one counts", s), "Write one filter with all the values")
					}
					seen[s] = true
				}
			},
		},
		{
			ID: "accessanalyzer-archive-filter", Summary: "Archive rule filter without a condition", Source: criterionPage, Types: archive,
			each: func(r view, report report) {
				for _, f := range r.blocks("filter") {
					none := true
					for _, op := range []string{"contains", "eq", "exists", "neq"} {
						a := f.attr(op)
						list, isList := a.elements()
						none = none && (a.absent() || isList && len(list) == 0)
					}
					if none {
						report(f.block("eq"), "the filter says nothing about its criteria", `Write eq, neq, contains or exists`)
					}
				}
			},
		},
		{
			ID: "accessanalyzer-archive-exists", Summary: "exists is neither true nor false", Source: criterionPage, Types: archive,
			each: func(r view, report report) {
				for _, f := range r.blocks("filter") {
					exists := f.attr("exists")
					if s, ok := exists.str(); ok && s != "true" && s != "false" && s != "" {
						report(exists, fmt.Sprintf("exists is %q", s), `Write "true" or "false"`)
					}
				}
			},
		},
		{
			ID: "accessanalyzer-archive-values", Summary: "Too many values in a filter", Source: criterionPage, Types: archive,
			each: func(r view, report report) {
				for _, f := range r.blocks("filter") {
					for _, op := range []string{"contains", "eq", "neq"} {
						if a := f.attr(op); a.distinct() > 20 {
							report(a, fmt.Sprintf("%s holds %d values", op, a.distinct()), "Write at most 20, and another archive rule for the others")
						}
					}
				}
			},
		},
		{
			ID: "accessanalyzer-archive-public", Summary: "Archive rule that hides public access", Severity: hcl.DiagWarning, Source: findingsPage,
			Types: slices.Concat(archive, analyzer),
			all: func(rs []view, report report) {
				var rules []view
				external := false
				for _, r := range rs {
					if r.res.Type == archive[0] {
						rules = append(rules, r)
						continue
					}
					t := r.attr("type")
					s, ok := t.str()
					if !ok && !t.absent() || strings.HasSuffix(s, "_UNUSED_ACCESS") {
						return // whose findings a rule is for isn't sure, and unused access isn't public
					}
					external = true
				}
				for _, r := range rules {
					if filters := r.blocks("filter"); external && r.complete() && len(filters) > 0 && !slices.ContainsFunc(filters, leavesOutPublic) {
						report(r.block("filter"), "the rule also archives findings of public access, which nobody sees then", `Write a filter with criteria = "isPublic" and eq = ["false"], or one that names the principals: criteria = "principal.AWS" and eq = [...]`)
					}
				}
			},
		},
	}
}

// leavesOutPublic tells whether no finding of public access gets through a filter, or whether that isn't sure.
func leavesOutPublic(filter view) bool {
	criteria, ok := filter.attr("criteria").str()
	if !ok {
		return true
	}
	switch criteria {
	case "isPublic":
		values, all := filter.attr("eq").strings()
		return !all || len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !strings.EqualFold(v, "false") })
	case "principal.AWS":
		values, all := filter.attr("eq").strings()
		return !all || len(values) > 0 && !slices.Contains(values, "*")
	case "error":
		return !filter.attr("exists").absent() // what couldn't be analyzed
	}
	return false
}

// unusedAccess are the unused_access blocks of an analyzer.
func unusedAccess(r view) []view {
	var all []view
	for _, c := range r.blocks("configuration") {
		all = append(all, c.blocks("unused_access")...)
	}
	return all
}

var archiveRuleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)

// archiveCriteria are the first parts of the keys that findings can be filtered by. The first eight are of the filter key page for
// external access; the others come with newer kinds of findings and are let through without being sure of them.
var archiveCriteria = []string{
	"resource", "resourceType", "resourceOwnerAccount", "isPublic", "error", "findingType", "principal", "condition",
	"accessType", "action", "principalOwnerAccount", "principalType", "resourceControlPolicyRestriction", "sources",
}
