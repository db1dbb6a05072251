package analyzer

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"plinth/audit"
)

const (
	viewing    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view.html"
	errorsPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-error-findings.html"
	archive    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html"
	regional   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-getting-started.html"
)

// Rules are what findings are judged by, sorted by ID.
func Rules() []audit.Rule {
	return []audit.Rule{
		{ID: "analyzer-archived-public", Severity: audit.High, Title: "A finding of public access is archived", Source: archive, Remedy: "Take the public access away, or write down elsewhere who wants it: nobody sees an archived finding. Take the archive rule that hides it out of access_analyzer.archive_rules."},
		{ID: "analyzer-cross-account", Severity: audit.Medium, Title: "Another account has access", Source: viewing, Remedy: "Ask whether that account is meant. If so, propose an archive rule (plinth audit analyzer --propose); if not, take its statement out."},
		{ID: "analyzer-error", Severity: audit.Medium, Title: "Access Analyzer couldn't analyze a resource", Source: errorsPage, Remedy: "Let Access Analyzer's service-linked role read the resource's policy, and see that no policy denies it."},
		{ID: "analyzer-federated", Severity: audit.Medium, Title: "Users of an identity provider have access", Source: viewing, Remedy: "See that the trust policy names an audience and a subject, so that not everybody of that provider gets in."},
		{ID: "analyzer-inactive", Severity: audit.High, Title: "An analyzer isn't active", Source: regional, Remedy: "See why: aws accessanalyzer get-analyzer. Until it is active it finds nothing."},
		{ID: "analyzer-internal", Severity: audit.Low, Title: "Who of the organization has access to a critical resource", Source: viewing, Remedy: "Ask whether each of them needs it."},
		{ID: "analyzer-missing", Severity: audit.High, Title: "A region has no analyzer of external access", Source: regional, Remedy: "Write the region in regions.enabled of the spec, and the section access_analyzer with type ACCOUNT or ORGANIZATION."},
		{ID: "analyzer-organization", Severity: audit.Low, Title: "The whole organization has access", Source: viewing, Remedy: "Ask whether each account of the organization needs it; name accounts or roles if not."},
		{ID: "analyzer-other", Severity: audit.Medium, Title: "Somebody outside has access", Source: viewing, Remedy: "Look at the finding: its principal is none that this audit knows."},
		{ID: "analyzer-public", Severity: audit.Critical, Title: "Everybody has access", Source: viewing, Remedy: "Take the statement out, or name whom it is for."},
		{ID: "analyzer-unused", Severity: audit.Low, Title: "Access is not used", Source: viewing, Remedy: "Take it away from who doesn't use it."},
	}
}

var accountID = regexp.MustCompile(`(?:^|::)([0-9]{12})(?::|$)`)

// Judge says what findings mean. Regions are those that must have an analyzer, nil for all whose analyzers were listed; they are judged only where analyzers were listed. Archived findings count only where they hide public access, and
// resolved ones not at all.
func (e *Evidence) Judge(regions []string) []audit.Finding {
	rules := audit.ByID(Rules())
	if regions == nil {
		regions = e.Regions
	}
	findings := []audit.Finding{}
	for _, f := range e.Findings {
		found, ok := f.judge(rules)
		if ok {
			findings = append(findings, found)
		}
	}
	covered := make(map[string]bool)
	for _, a := range e.Analyzers {
		if a.Status != "ACTIVE" {
			rule := rules["analyzer-inactive"]
			evidence := []audit.Evidence{{Column: "status", Value: a.Status}}
			if a.Reason != "" {
				evidence = append(evidence, audit.Evidence{Column: "statusReason", Value: a.Reason})
			}
			findings = append(findings, audit.Finding{
				ID: rule.ID + ":" + a.ARN, Rule: rule.ID, Severity: rule.Severity, Kind: "analyzer", Subject: a.Name, ARN: a.ARN, Message: "the analyzer is " + strings.ToLower(a.Status), Evidence: evidence, Remedy: rule.Remedy,
			})
		} else if a.External() {
			covered[a.Region()] = true
		}
	}
	for _, region := range regions {
		if !e.Listed || covered[region] {
			continue
		}
		rule := rules["analyzer-missing"]
		findings = append(findings, audit.Finding{
			ID: rule.ID + ":" + region, Rule: rule.ID, Severity: rule.Severity, Kind: "region", Subject: region, Message: "no active analyzer looks for access from outside",
			Evidence: []audit.Evidence{{Column: "analyzers", Value: fmt.Sprintf("%d, none of them in %s", len(e.Analyzers), region)}}, Remedy: rule.Remedy,
		})
	}
	audit.Sort(findings)
	return findings
}

func (f *Finding) judge(rules map[string]audit.Rule) (audit.Finding, bool) {
	archived := f.Status == "ARCHIVED"
	if f.Status == "RESOLVED" || archived && !f.Public {
		return audit.Finding{}, false
	}
	id, message := f.kind()
	if archived {
		id, message = "analyzer-archived-public", "everybody has access, and the finding is archived"
	}
	rule := rules[id]
	severity := rule.Severity
	// What allows more than reading is worse, and reading is less bad.
	switch changes := f.changes(); {
	case id == "analyzer-cross-account" && changes:
		severity = audit.High
	case id == "analyzer-public" && !changes:
		severity = audit.High
	case id == "analyzer-federated" && len(f.Condition) == 0:
		severity, message = audit.High, message+", without any condition"
	}
	found := audit.Finding{
		ID: rule.ID + ":" + f.ID, Rule: rule.ID, Severity: severity, Kind: "resource", Subject: f.Resource, ARN: f.Resource, Message: message, Evidence: f.evidence(), Remedy: rule.Remedy,
	}
	if !strings.HasPrefix(f.Resource, "arn:") {
		found.ARN = ""
	}
	if how := f.statement(); how != "" && id != "analyzer-error" && id != "analyzer-unused" {
		found.Remedy = how + " " + rule.Remedy
	}
	return found, true
}

// kind is the rule that a finding falls under, and what it says.
func (f *Finding) kind() (rule, message string) {
	switch {
	case f.Error != "":
		return "analyzer-error", "Access Analyzer couldn't analyze it"
	case strings.HasPrefix(f.Type, "Unused"):
		return "analyzer-unused", unusedText(f)
	case f.Type == "InternalAccess":
		return "analyzer-internal", "someone of the organization has access"
	case f.Public:
		return "analyzer-public", "everybody has access"
	case f.inOrganization():
		return "analyzer-organization", "the whole organization has access"
	case f.Principal["Federated"] != "":
		return "analyzer-federated", "users of " + f.Principal["Federated"] + " have access"
	case f.Principal["AWS"] != "" && accountID.MatchString(f.Principal["AWS"]):
		return "analyzer-cross-account", "account " + accountID.FindStringSubmatch(f.Principal["AWS"])[1] + " has access"
	case !f.Detailed:
		return "analyzer-other", "somebody outside has access; ask for who it is with aws accessanalyzer get-finding-v2 --id " + f.ID
	}
	return "analyzer-other", "somebody outside has access"
}

// inOrganization tells whether a condition keeps access within an organization, or a part of it.
func (f *Finding) inOrganization() bool {
	for key := range f.Condition {
		switch strings.ToLower(key) {
		case "aws:principalorgid", "aws:principalorgpaths":
			return true
		}
	}
	return false
}

func unusedText(f *Finding) string {
	what := map[string]string{
		"UnusedIAMRole": "the role", "UnusedIAMUserAccessKey": "the access key " + f.AccessKeyID, "UnusedIAMUserPassword": "the password", "UnusedPermission": "permissions for " + strings.Join(f.Services, ", "),
	}[f.Type]
	if what == "" {
		what = "access of the type " + f.Type
	}
	if f.LastAccessed.IsZero() {
		return what + ": no use within the tracking period"
	}
	return what + ": last used " + f.LastAccessed.Format(time.DateOnly)
}

// reading are the beginnings of the names of actions that change nothing. What isn't among them counts as a change: decrypting, assuming a role and receiving messages do.
var reading = []string{"BatchCheck", "BatchGet", "Describe", "Download", "Get", "Head", "List", "Lookup", "Query", "Read", "Scan", "Search", "Select", "View"}

// changes tells whether an action is among those allowed that does more than read.
func (f *Finding) changes() bool {
	return slices.ContainsFunc(f.Actions, func(action string) bool {
		_, name, _ := strings.Cut(action, ":")
		return !slices.ContainsFunc(reading, func(beginning string) bool { return strings.HasPrefix(name, beginning) })
	})
}

func (f *Finding) evidence() []audit.Evidence {
	evidence := []audit.Evidence{{Column: "id", Value: f.ID}, {Column: "resourceType", Value: f.ResourceType}}
	add := func(column, value string) {
		if value != "" {
			evidence = append(evidence, audit.Evidence{Column: column, Value: value})
		}
	}
	if f.Type == "ExternalAccess" && f.Detailed {
		add("isPublic", fmt.Sprint(f.Public))
	}
	for _, kind := range slices.Sorted(maps.Keys(f.Principal)) {
		add("principal."+kind, f.Principal[kind])
	}
	actions := f.Actions
	if len(actions) > 8 {
		actions = append(slices.Clone(actions[:8]), fmt.Sprintf("and %d more", len(f.Actions)-8))
	}
	add("action", strings.Join(actions, ", "))
	for _, key := range slices.Sorted(maps.Keys(f.Condition)) {
		add("condition."+key, f.Condition[key])
	}
	add("sources", strings.Join(f.Sources, ", "))
	if f.Restricted == "APPLIED" {
		add("resourceControlPolicyRestriction", f.Restricted)
	}
	add("error", f.Error)
	return evidence
}

// statement names the statement that gives the access, and how to look at it.
func (f *Finding) statement() string {
	look := map[string]string{
		"AWS::S3::Bucket": "aws s3api get-bucket-policy --bucket %s", "AWS::IAM::Role": "aws iam get-role --role-name %s", "AWS::SQS::Queue": "aws sqs get-queue-attributes --attribute-names Policy --queue-url <URL of %s>",
		"AWS::Lambda::Function": "aws lambda get-policy --function-name %s", "AWS::KMS::Key": "aws kms get-key-policy --key-id %s", "AWS::SecretsManager::Secret": "aws secretsmanager get-resource-policy --secret-id %s",
		"AWS::SNS::Topic": "aws sns get-topic-attributes --topic-arn %s", "AWS::ECR::Repository": "aws ecr get-repository-policy --repository-name %s", "AWS::EFS::FileSystem": "aws efs describe-file-system-policy --file-system-id %s",
		"AWS::DynamoDB::Table": "aws dynamodb get-resource-policy --resource-arn %s", "AWS::DynamoDB::Stream": "aws dynamodb get-resource-policy --resource-arn %s",
	}[f.ResourceType]
	name := f.Resource
	switch f.ResourceType {
	case "AWS::SNS::Topic", "AWS::Lambda::Function", "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::DynamoDB::Table", "AWS::DynamoDB::Stream": // take an ARN
	default:
		name = name[strings.LastIndexAny(name, ":/")+1:]
	}
	if slices.Contains(f.Sources, "BUCKET_ACL") {
		return fmt.Sprintf("The bucket's access control list gives it: aws s3api get-bucket-acl --bucket %s. Switch such lists off (object ownership BucketOwnerEnforced).", name)
	}
	if len(f.Principal) == 0 {
		return ""
	}
	var who []string
	for _, kind := range slices.Sorted(maps.Keys(f.Principal)) {
		who = append(who, fmt.Sprintf("%q: %q", kind, f.Principal[kind]))
	}
	allows := ""
	if len(f.Actions) > 0 {
		allows = ", which allows " + f.Actions[0]
		if len(f.Actions) > 1 {
			allows += " and others"
		}
	}
	text := fmt.Sprintf("It is the Allow statement with the principal {%s}%s", strings.Join(who, ", "), allows)
	if look != "" {
		text += fmt.Sprintf(": %s", fmt.Sprintf(look, name))
	}
	return text + "."
}
