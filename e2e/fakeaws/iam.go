package fakeaws

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// iam answers for IAM's operations that moto lacks: those on centralized root access, and the list of service-specific credentials, of which no user has any.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
type iam struct {
	mu       sync.Mutex
	features map[string]map[string]bool // by account
}

func newIAM() *iam { return &iam{features: make(map[string]map[string]bool)} }

// isOfIAM tells whether a call is for iam.
func isOfIAM(c call) bool {
	return c.service == "iam" && (strings.Contains(c.operation(), "OrganizationsRoot") || c.operation() == "ListOrganizationsFeatures" || c.operation() == "ListServiceSpecificCredentials")
}

func (s *iam) answer(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	features := s.features[c.account]
	if features == nil {
		features = make(map[string]bool)
		s.features[c.account] = features
	}
	switch operation := c.operation(); operation {
	case "EnableOrganizationsRootCredentialsManagement":
		features["RootCredentialsManagement"] = true
	case "DisableOrganizationsRootCredentialsManagement":
		delete(features, "RootCredentialsManagement")
	case "EnableOrganizationsRootSessions":
		features["RootSessions"] = true
	case "DisableOrganizationsRootSessions":
		delete(features, "RootSessions")
	}
	result := "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>"
	if c.operation() != "ListServiceSpecificCredentials" {
		result = "<OrganizationId>o-abcde12345</OrganizationId><EnabledFeatures>" + members(features) + "</EnabledFeatures>"
	}
	return answer{document: fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></%[1]sResponse>", c.operation(), result)}
}

func members(features map[string]bool) string {
	var members strings.Builder
	for _, feature := range slices.Sorted(maps.Keys(features)) {
		members.WriteString("<member>" + feature + "</member>")
	}
	return members.String()
}
