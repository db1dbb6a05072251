package coverage

import (
	"slices"
	"strings"

	"plinth/generator/constraint"
)

// Step is what people do, once the account's Terraform is applied or before.
type Step struct {
	ID    string
	Title string
	// When are the resources of which the account must have one for the step to be there; none for every account.
	When []Requirement
	// Unless are resources that make the step needless.
	Unless []Requirement
	// Each is an argument of the resources of When whose values the step names one by one.
	Each string
	// Before says that it comes before the first apply.
	Before bool
	// Why is why Terraform can't do it, Do what to do, Proof how it is shown to be done.
	Why, Do, Proof string
	// Controls are the ids of those that the step is for.
	Controls []string
}

// Task is a step as an account has it.
type Task struct {
	Step     string   `json:"step"`
	Title    string   `json:"title"`
	Before   bool     `json:"before_first_apply"`
	Why      string   `json:"why"`
	Do       string   `json:"do"`
	For      []string `json:"for"` // what it is done for, one by one
	Proof    string   `json:"proof"`
	Controls []string `json:"controls"`
}

// Tasks are the steps of an account, in their order: those before the first apply come first.
func (c *Catalogue) Tasks(a *Account) []Task {
	tasks := []Task{}
	for _, step := range c.Steps {
		task := Task{Step: step.ID, Title: step.Title, Before: step.Before, Why: step.Why, Do: step.Do, Proof: step.Proof, For: []string{}, Controls: append([]string{}, step.Controls...)}
		if slices.ContainsFunc(step.Unless, func(q Requirement) bool { found, _ := q.find(a); return len(found) > 0 }) {
			continue
		}
		there := len(step.When) == 0
		for _, need := range step.When {
			found, _ := need.find(a)
			there = there || len(found) > 0
			for _, r := range found {
				if name := eachOf(step.Each, r); name != "" {
					task.For = append(task.For, name)
				}
			}
		}
		if !there {
			continue
		}
		slices.Sort(task.For)
		task.For = slices.Compact(task.For)
		tasks = append(tasks, task)
	}
	slices.SortStableFunc(tasks, func(a, b Task) int {
		switch {
		case a.Before == b.Before:
			return 0
		case a.Before:
			return -1
		}
		return 1
	})
	return tasks
}

func eachOf(each string, r *constraint.Resource) string {
	if each == "" {
		return ""
	}
	for _, v := range valuesAt(r.Body, strings.Split(each, ".")) {
		if s := textOf(v); s != "" {
			return s
		}
	}
	return ""
}
