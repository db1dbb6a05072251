package fakeaws

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// dataExports answers for AWS Data Exports, which moto lacks.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Billing_and_Cost_Management_Data_Exports.html
type dataExports struct {
	mu       sync.Mutex
	accounts map[string]map[string]*export // by account and ARN
}

type export struct {
	definition map[string]any
	tags       map[string]string
}

func newDataExports() *dataExports {
	return &dataExports{accounts: make(map[string]map[string]*export)}
}

func (s *dataExports) answer(c call) answer {
	if c.region != "us-east-1" {
		return failure(http.StatusBadRequest, "ValidationException", "the service is in us-east-1, not in "+c.region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var input struct {
		Export       map[string]any
		ExportArn    string
		ResourceArn  string
		ResourceTags []curTag
		TagKeys      []string `json:"ResourceTagKeys"`
	}
	if err := json.Unmarshal(c.body, &input); err != nil {
		return failure(http.StatusBadRequest, "ValidationException", err.Error())
	}
	exports := s.accounts[c.account]
	if exports == nil {
		exports = make(map[string]*export)
		s.accounts[c.account] = exports
	}
	if c.operation() == "CreateExport" {
		name, _ := input.Export["Name"].(string)
		arn := "arn:aws:bcm-data-exports:us-east-1:" + c.account + ":export/" + name + "-00000000-0000-0000-0000-000000000000"
		if exports[arn] != nil {
			return failure(http.StatusBadRequest, "ValidationException", "there is an export "+name)
		}
		input.Export["ExportArn"] = arn
		tags := make(map[string]string)
		for _, tag := range input.ResourceTags {
			tags[tag.Key] = tag.Value
		}
		exports[arn] = &export{input.Export, tags}
		return answer{value: map[string]string{"ExportArn": arn}}
	}
	arn := input.ExportArn + input.ResourceArn
	e := exports[arn]
	if e == nil {
		return failure(http.StatusBadRequest, "ResourceNotFoundException", "there is no export "+arn)
	}
	switch c.operation() {
	case "GetExport":
		return answer{value: map[string]any{"Export": e.definition, "ExportStatus": map[string]string{"StatusCode": "HEALTHY"}}}
	case "UpdateExport":
		input.Export["ExportArn"] = arn
		e.definition = input.Export
		return answer{value: map[string]string{"ExportArn": arn}}
	case "DeleteExport":
		delete(exports, arn)
		return answer{value: map[string]string{"ExportArn": arn}}
	case "ListTagsForResource":
		tags := []curTag{}
		for _, key := range slices.Sorted(maps.Keys(e.tags)) {
			tags = append(tags, curTag{key, e.tags[key]})
		}
		return answer{value: map[string]any{"ResourceTags": tags}}
	case "TagResource":
		for _, tag := range input.ResourceTags {
			e.tags[tag.Key] = tag.Value
		}
		return answer{value: struct{}{}}
	case "UntagResource":
		for _, key := range input.TagKeys {
			delete(e.tags, key)
		}
		return answer{value: struct{}{}}
	}
	return lacking(c)
}
