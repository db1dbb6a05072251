package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plinth/audit"
	"plinth/audit/access"
	"plinth/audit/root"
)

func newAuditAllCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &auditOptions{output: o, live: live}
	var minAge int
	cmd := &cobra.Command{
		Use:   "all FILE...",
		Short: "Judge all evidence of an account at once",
		Long: "FILE is a file that one of the other audits reads, or a folder of such files, such as what plinth collect has written; each is told by what is in it. In a folder, files that are no evidence are passed over, and said. " +
			"With --live AWS is asked for everything that isn't among the files.\n\n" +
			"Kinds of which there is no evidence are named: they are not judged.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse.",
		Example: "  plinth audit all evidence state.json --spec accounts/prod.yaml --format html > report.html",
		Args: func(_ *cobra.Command, args []string) error {
			if !live.live && len(args) == 0 {
				return errors.New("name the files with the evidence, or write --live")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAuditAll(cmd.Context(), opts, live, minAge, args)
		},
	}
	flags := cmd.Flags()
	opts.common(flags)
	live.addLive(o, flags)
	opts.credentialFlags(flags)
	flags.IntVar(&minAge, "min-age-days", 90, "how old an entity must be before what it doesn't use counts")
	return cmd
}

// evidenceKinds are the kinds of evidence in the order in which they are judged.
var evidenceKinds = []string{"credentials", "root", "analyzer", "access", "alarms"}

func runAuditAll(ctx context.Context, o *auditOptions, live *liveOptions, minAge int, args []string) error {
	var wrong error
	if minAge < 0 {
		wrong = fmt.Errorf("--min-age-days %d: write a number of days, 0 or more", minAge)
	}
	if slices.Contains(args, "-") {
		wrong = errors.Join(wrong, errors.New("-: name files; standard input has one kind of evidence, which its own audit reads"))
	}
	j, err := o.judgement(wrong)
	if err != nil {
		return err
	}
	files, err := sortEvidence(o.output, args)
	if err != nil {
		return failed(err)
	}
	if live.live {
		for _, kind := range evidenceKinds {
			if len(files[kind]) > 0 {
				continue
			}
			found, done, err := live.evidence(ctx, kind, nil)
			if err != nil {
				return err
			}
			defer done()
			files[kind] = found
		}
	}
	results, err := o.auditEach(j, files, minAge)
	if err != nil {
		return err
	}
	if len(results) == 0 {
		return failed(fmt.Errorf("%s: there is no evidence in there", strings.Join(args, ", ")))
	}
	return o.print(merged(j, results, files))
}

// auditEach judges each kind of which there are files.
func (o *auditOptions) auditEach(j *judgement, files map[string][]string, minAge int) ([]*auditResult, error) {
	var results []*auditResult
	judge := j.plain() // the spec's exceptions are looked at once, for all together
	for _, file := range files["credentials"] {
		result, err := o.auditCredentials(judge, nil, []string{file})
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	if all := files["root"]; len(all) > 0 {
		result, err := o.auditRoot(judge, nil, all)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	if all := files["analyzer"]; len(all) > 0 {
		evidence, err := readAnalyzer(nil, all)
		if err != nil {
			return nil, err
		}
		results = append(results, o.auditAnalyzer(judge, evidence, all[0]))
	}
	if all := files["access"]; len(all) > 0 {
		evidence, err := readAccess(nil, all, "")
		if err != nil {
			return nil, err
		}
		results = append(results, o.auditAccess(judge, evidence, access.Limits{Age: time.Duration(minAge) * 24 * time.Hour, Keep: j.keep}, all[0]))
	}
	for _, file := range files["alarms"] {
		result, err := o.auditAlarms(judge, nil, file)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// plain is the judgement without exceptions.
func (j *judgement) plain() *judgement {
	other := *j
	other.exceptions = nil
	return &other
}

// merged is one result of several.
func merged(j *judgement, results []*auditResult, files map[string][]string) auditResult {
	var all auditResult
	var findings []audit.Finding
	scopes, missing := []string{}, []string{}
	for i, r := range results {
		if i == 0 {
			all.file = r.file
		}
		if all.account == "" {
			all.account = r.account
		}
		scopes = append(scopes, r.name+": "+r.scope)
		all.charts = append(all.charts, r.charts...)
		for _, rule := range r.rules {
			if !slices.Contains(all.rules, rule) {
				all.rules = append(all.rules, rule)
			}
		}
		for _, f := range r.Findings {
			findings = append(findings, f.Finding)
		}
	}
	for _, kind := range evidenceKinds {
		if len(files[kind]) == 0 {
			missing = append(missing, kind)
		}
	}
	result := j.result(findings)
	result.name, result.account, result.file, result.rules, result.charts = "all", all.account, all.file, all.rules, all.charts
	result.scope = strings.Join(scopes, "; ")
	if len(missing) > 0 {
		result.scope += "; not judged: " + strings.Join(missing, ", ")
	}
	return result
}

// sortEvidence tells files by what is in them.
func sortEvidence(o *output, args []string) (map[string][]string, error) {
	files := make(map[string][]string)
	var problems []error
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if !info.IsDir() {
			kind, err := evidenceKind(arg)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", arg, err))
				continue
			}
			files[kind] = append(files[kind], arg)
			continue
		}
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			kind, err := evidenceKind(path)
			switch {
			case errors.Is(err, root.ErrDigest):
			case err != nil:
				o.note(fmt.Sprintf("%s is passed over: %v", path, err))
			default:
				files[kind] = append(files[kind], path)
			}
			return nil
		})
		if err != nil {
			problems = append(problems, err)
		}
	}
	return files, errors.Join(problems...)
}

var errNoEvidence = errors.New("it is no evidence that an audit reads")

// evidenceKind tells what a file is by its first keys.
func evidenceKind(path string) (string, error) {
	if strings.HasSuffix(path, ".gz") {
		return "root", nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	head := make([]byte, 256)
	n, err := file.Read(head)
	if err != nil && n == 0 {
		return "", errNoEvidence
	}
	text := bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("user,arn,")) {
		return "credentials", nil
	}
	if _, err := file.Seek(0, 0); err != nil {
		return "", err
	}
	keys, err := firstKeys(json.NewDecoder(file))
	if err != nil {
		return "", errNoEvidence
	}
	for _, known := range []struct{ key, kind string }{
		{"digestS3Object", "digest"}, {"Records", "root"}, {"Events", "root"}, {"SummaryMap", "root"}, {"Content", "credentials"}, {"content", "credentials"}, {"findings", "analyzer"}, {"analyzers", "analyzer"}, {"findingDetails", "analyzer"},
		{"finding", "analyzer"}, {"report", "access"}, {"AccessDetails", "access"}, {"RoleDetailList", "access"}, {"UserDetailList", "access"}, {"format_version", "alarms"},
	} {
		if !slices.Contains(keys, known.key) {
			continue
		}
		if known.kind == "digest" {
			return "", root.ErrDigest
		}
		return known.kind, nil
	}
	return "", errNoEvidence
}

// firstKeys are the keys of a JSON object, up to the first whose value is a list: it may be long.
func firstKeys(decoder *json.Decoder) ([]string, error) {
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errNoEvidence
	}
	var keys []string
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, errNoEvidence
		}
		keys = append(keys, key)
		switch key {
		case "Records", "Events", "findings", "analyzers", "UserDetailList", "RoleDetailList", "GroupDetailList", "Policies":
			return keys, nil
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
