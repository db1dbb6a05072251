package fakeaws

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// organizations answers for policies of AWS Organizations, in an organization that each account manages and that has any root, unit and account that
// a policy is attached to. moto has organizations, but makes up the ids, so that no spec could name them.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
type organizations struct {
	mu       sync.Mutex
	policies map[string]*policy // by id
}

type policy struct {
	account, name, description, kind, content string
	targets                                   map[string]bool
	tags                                      map[string]string
}

func newOrganizations() *organizations { return &organizations{policies: make(map[string]*policy)} }

// controlPolicySize is how many characters a service control policy has at most.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const controlPolicySize = 5120

func (s *organizations) answer(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var input struct {
		PolicyId, ResourceId, TargetId, Name, Description, Type, Content string
		Tags                                                             []curTag
		TagKeys                                                          []string
	}
	if err := json.Unmarshal(c.body, &input); err != nil {
		return failure(http.StatusBadRequest, "InvalidInputException", err.Error())
	}
	if len(input.Content) > controlPolicySize {
		return failure(http.StatusBadRequest, "PolicyDocumentSizeExceededException", fmt.Sprintf("the policy has %d characters", len(input.Content)))
	}
	operation := c.operation()
	if operation == "CreatePolicy" {
		for _, p := range s.policies {
			if p.account == c.account && p.name == input.Name {
				return failure(http.StatusBadRequest, "DuplicatePolicyException", "there is a policy "+input.Name)
			}
		}
		id := fmt.Sprintf("p-%08d", len(s.policies)+1)
		p := &policy{c.account, input.Name, input.Description, input.Type, input.Content, make(map[string]bool), make(map[string]string)}
		for _, tag := range input.Tags {
			p.tags[tag.Key] = tag.Value
		}
		s.policies[id] = p
		return p.described(id)
	}
	id := input.PolicyId
	if id == "" {
		id = input.ResourceId
	}
	p := s.policies[id]
	if p == nil || p.account != c.account {
		return failure(http.StatusBadRequest, "PolicyNotFoundException", "there is no policy "+id)
	}
	switch operation {
	case "DescribePolicy":
		return p.described(id)
	case "UpdatePolicy":
		p.name, p.description, p.content = input.Name, input.Description, input.Content
		return p.described(id)
	case "DeletePolicy":
		if len(p.targets) > 0 {
			return failure(http.StatusBadRequest, "PolicyInUseException", p.name+" is attached")
		}
		delete(s.policies, id)
		return answer{value: struct{}{}}
	case "AttachPolicy":
		p.targets[input.TargetId] = true
		return answer{value: struct{}{}}
	case "DetachPolicy":
		delete(p.targets, input.TargetId)
		return answer{value: struct{}{}}
	case "ListTargetsForPolicy":
		targets := []map[string]string{}
		for _, target := range slices.Sorted(maps.Keys(p.targets)) {
			targets = append(targets, map[string]string{"TargetId": target})
		}
		return answer{value: map[string]any{"Targets": targets}}
	case "ListTagsForResource":
		tags := []curTag{}
		for _, key := range slices.Sorted(maps.Keys(p.tags)) {
			tags = append(tags, curTag{key, p.tags[key]})
		}
		return answer{value: map[string]any{"Tags": tags}}
	case "TagResource":
		for _, tag := range input.Tags {
			p.tags[tag.Key] = tag.Value
		}
		return answer{value: struct{}{}}
	case "UntagResource":
		for _, key := range input.TagKeys {
			delete(p.tags, key)
		}
		return answer{value: struct{}{}}
	}
	return lacking(c)
}

func (p *policy) described(id string) answer {
	summary := map[string]any{
		"Id": id, "Arn": "arn:aws:organizations::" + p.account + ":policy/o-abcde12345/" + strings.ToLower(p.kind) + "/" + id,
		"Name": p.name, "Description": p.description, "Type": p.kind, "AwsManaged": false,
	}
	return answer{value: map[string]any{"Policy": map[string]any{"PolicySummary": summary, "Content": p.content}}}
}
