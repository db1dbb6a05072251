package fakeaws

// gaps are single operations that moto lacks in services that it has otherwise, and what they answer with.
var gaps = map[[2]string]any{
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
	{"states", "ValidateStateMachineDefinition"}: map[string]any{"result": "OK", "diagnostics": []any{}, "truncated": false},
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html: none is ever published.
	{"states", "ListStateMachineVersions"}: map[string]any{"stateMachineVersions": []any{}},
	// https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteNamedQuery.html: it stays, and nobody asks for it again.
	{"athena", "DeleteNamedQuery"}: struct{}{},
}
