package fakeaws

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// cur answers for Cost and Usage Reports, which moto lacks.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Cost_and_Usage_Report_Service.html
type cur struct {
	mu       sync.Mutex
	accounts map[string]map[string]*report // by account and name
}

type report struct {
	definition map[string]any
	tags       map[string]string
}

type curTag struct{ Key, Value string }

func newCUR() *cur { return &cur{accounts: make(map[string]map[string]*report)} }

func (s *cur) answer(c call) answer {
	// The service has an endpoint in one region of each partition. https://docs.aws.amazon.com/general/latest/gr/billing.html
	if c.region != "us-east-1" {
		return failure(http.StatusBadRequest, "ValidationException", "the service is in us-east-1, not in "+c.region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var input struct {
		ReportName       string
		ReportDefinition map[string]any
		Tags             []curTag
		TagKeys          []string
	}
	if err := json.Unmarshal(c.body, &input); err != nil {
		return failure(http.StatusBadRequest, "ValidationException", err.Error())
	}
	reports := s.accounts[c.account]
	if reports == nil {
		reports = make(map[string]*report)
		s.accounts[c.account] = reports
	}
	operation := c.operation()
	switch operation {
	case "PutReportDefinition":
		name, _ := input.ReportDefinition["ReportName"].(string)
		if reports[name] != nil {
			return failure(http.StatusBadRequest, "DuplicateReportNameException", "there is a report "+name)
		}
		tags := make(map[string]string)
		for _, tag := range input.Tags {
			tags[tag.Key] = tag.Value
		}
		reports[name] = &report{input.ReportDefinition, tags}
		return answer{value: struct{}{}}
	case "DescribeReportDefinitions":
		definitions := []map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(reports)) {
			definitions = append(definitions, reports[name].definition)
		}
		return answer{value: map[string]any{"ReportDefinitions": definitions}}
	case "DeleteReportDefinition":
		delete(reports, input.ReportName)
		return answer{value: map[string]string{"ResponseMessage": "deleted"}}
	}
	r := reports[input.ReportName]
	if r == nil {
		return failure(http.StatusBadRequest, "ResourceNotFoundException", "there is no report "+input.ReportName)
	}
	switch operation {
	case "ModifyReportDefinition":
		r.definition = input.ReportDefinition
		return answer{value: struct{}{}}
	case "ListTagsForResource":
		tags := []curTag{}
		for _, key := range slices.Sorted(maps.Keys(r.tags)) {
			tags = append(tags, curTag{key, r.tags[key]})
		}
		return answer{value: map[string]any{"Tags": tags}}
	case "TagResource":
		for _, tag := range input.Tags {
			r.tags[tag.Key] = tag.Value
		}
		return answer{value: struct{}{}}
	case "UntagResource":
		for _, key := range input.TagKeys {
			delete(r.tags, key)
		}
		return answer{value: struct{}{}}
	}
	return lacking(c)
}
