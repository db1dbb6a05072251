package fakeaws

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// accessAnalyzer answers for IAM Access Analyzer, which moto lacks: analyzers, their archive rules and tags.
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html
type accessAnalyzer struct {
	mu        sync.Mutex
	analyzers map[string]*analyzer // by ARN
}

type analyzer struct {
	ARN           string            `json:"arn"`
	Name          string            `json:"name"`
	Type          string            `json:"type"`
	Status        string            `json:"status"`
	CreatedAt     string            `json:"createdAt"`
	Configuration json.RawMessage   `json:"configuration,omitempty"`
	Tags          map[string]string `json:"tags"`

	rules map[string]archiveRule
}

type archiveRule struct {
	RuleName  string          `json:"ruleName"`
	Filter    json.RawMessage `json:"filter"`
	CreatedAt string          `json:"createdAt"`
	UpdatedAt string          `json:"updatedAt"`
}

// someTime is when everything happened: nothing depends on it.
const someTime = "2024-01-01T00:00:00Z"

func newAccessAnalyzer() *accessAnalyzer {
	return &accessAnalyzer{analyzers: make(map[string]*analyzer)}
}

func (s *accessAnalyzer) answer(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var input struct {
		AnalyzerName  string            `json:"analyzerName"`
		Type          string            `json:"type"`
		Configuration json.RawMessage   `json:"configuration"`
		Tags          map[string]string `json:"tags"`
		RuleName      string            `json:"ruleName"`
		Filter        json.RawMessage   `json:"filter"`
	}
	if len(c.body) > 0 {
		if err := json.Unmarshal(c.body, &input); err != nil {
			return failure(http.StatusBadRequest, "ValidationException", err.Error())
		}
	}
	steps := strings.Split(strings.Trim(c.path, "/"), "/")
	for i, step := range steps {
		unescaped, err := url.PathUnescape(step)
		if err != nil {
			return failure(http.StatusBadRequest, "ValidationException", err.Error())
		}
		steps[i] = unescaped
	}
	if steps[0] == "tags" {
		return s.tags(c, strings.Join(steps[1:], "/"), input.Tags)
	}
	if steps[0] != "analyzer" {
		return lacking(c)
	}
	arn := func(name string) string {
		return fmt.Sprintf("arn:aws:access-analyzer:%s:%s:analyzer/%s", c.region, c.account, name)
	}
	if len(steps) == 1 {
		if c.method != http.MethodPut {
			return lacking(c)
		}
		arn := arn(input.AnalyzerName)
		if s.analyzers[arn] != nil {
			return failure(http.StatusConflict, "ConflictException", arn+" exists")
		}
		tags := make(map[string]string)
		maps.Copy(tags, input.Tags)
		s.analyzers[arn] = &analyzer{
			ARN: arn, Name: input.AnalyzerName, Type: input.Type, Status: "ACTIVE", CreatedAt: someTime,
			Configuration: input.Configuration, Tags: tags, rules: make(map[string]archiveRule),
		}
		return answer{value: map[string]string{"arn": arn}}
	}
	a := s.analyzers[arn(steps[1])]
	if a == nil {
		return failure(http.StatusNotFound, "ResourceNotFoundException", "there is no "+arn(steps[1]))
	}
	switch {
	case len(steps) == 2:
		switch c.method {
		case http.MethodGet:
			return answer{value: map[string]any{"analyzer": a}}
		case http.MethodPut:
			a.Configuration = input.Configuration
			return answer{value: map[string]any{"configuration": a.Configuration}}
		case http.MethodDelete:
			delete(s.analyzers, a.ARN)
			return answer{value: struct{}{}}
		}
	case len(steps) == 3 && steps[2] == "archive-rule" && c.method == http.MethodPut:
		if _, ok := a.rules[input.RuleName]; ok {
			return failure(http.StatusConflict, "ConflictException", "there is an archive rule "+input.RuleName)
		}
		a.rules[input.RuleName] = archiveRule{RuleName: input.RuleName, Filter: input.Filter, CreatedAt: someTime, UpdatedAt: someTime}
		return answer{value: struct{}{}}
	case len(steps) == 4 && steps[2] == "archive-rule":
		rule, ok := a.rules[steps[3]]
		if !ok {
			return failure(http.StatusNotFound, "ResourceNotFoundException", "there is no archive rule "+steps[3])
		}
		switch c.method {
		case http.MethodGet:
			return answer{value: map[string]any{"archiveRule": rule}}
		case http.MethodPut:
			rule.Filter = input.Filter
			a.rules[steps[3]] = rule
			return answer{value: struct{}{}}
		case http.MethodDelete:
			delete(a.rules, steps[3])
			return answer{value: struct{}{}}
		}
	}
	return lacking(c)
}

func (s *accessAnalyzer) tags(c call, arn string, add map[string]string) answer {
	a := s.analyzers[arn]
	if a == nil {
		return failure(http.StatusNotFound, "ResourceNotFoundException", "there is no "+arn)
	}
	switch c.method {
	case http.MethodGet:
		return answer{value: map[string]any{"tags": a.Tags}}
	case http.MethodPost:
		maps.Copy(a.Tags, add)
		return answer{value: struct{}{}}
	case http.MethodDelete:
		for _, key := range c.query["tagKeys"] {
			delete(a.Tags, key)
		}
		return answer{value: struct{}{}}
	}
	return lacking(c)
}

// lacking is what a fake answers to what it doesn't know.
func lacking(c call) answer {
	return failure(http.StatusBadRequest, "NotEmulated", fmt.Sprintf("fakeaws has no %s %s", c.service, c.operation()))
}
