package fakeaws

import (
	"encoding/json"
	"strings"
)

// trailName puts the trail's name in place of its ARN. AWS takes either; moto knows trails by name alone in these operations, and fails, or deletes nothing
// without a word.
func trailName(target string, body []byte) []byte {
	switch target[strings.LastIndex(target, ".")+1:] {
	case "StartLogging", "StopLogging", "DeleteTrail":
	default:
		return body
	}
	var input map[string]any
	if json.Unmarshal(body, &input) != nil {
		return body
	}
	name, _ := input["Name"].(string)
	_, name, ok := strings.Cut(name, ":trail/")
	if !ok {
		return body
	}
	input["Name"] = name
	edited, err := json.Marshal(input)
	if err != nil {
		return body
	}
	return edited
}
