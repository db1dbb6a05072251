package fakeaws

import "encoding/json"

// logGroupClass adds the class to each log group that moto describes. AWS always says it, moto never does, and the provider would replace the group.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
func logGroupClass(operation string, content []byte) []byte {
	if operation != "DescribeLogGroups" {
		return content
	}
	var output map[string]any
	if json.Unmarshal(content, &output) != nil {
		return content
	}
	groups, _ := output["logGroups"].([]any)
	for _, group := range groups {
		if fields, ok := group.(map[string]any); ok && fields["logGroupClass"] == nil {
			fields["logGroupClass"] = "STANDARD"
		}
	}
	mended, err := json.Marshal(output)
	if err != nil {
		return content
	}
	return mended
}
