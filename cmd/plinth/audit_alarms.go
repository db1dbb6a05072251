package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"plinth/audit/alarms"
)

func newAuditAlarmsCmd(o *output) *cobra.Command {
	live := &liveOptions{}
	opts := &auditOptions{output: o, live: live}
	cmd := &cobra.Command{
		Use:   "alarms STATE",
		Short: "Follow the ways from the trail to the mailbox in Terraform's state",
		Long: "STATE is what `terraform show -json` prints of an account's state; - reads standard input. Each way goes from a trail to its log group, its metric filters, their alarms, a topic with its policy and key, and a subscription that " +
			"somebody has confirmed; or from an EventBridge rule to the topic. The broken place is named. What isn't in the state is taken to work.\n\n" +
			"The state is what Terraform last saw: refresh it first (terraform apply -refresh-only), since confirming an address changes nothing in it; or ask AWS itself with --live, which sees what isn't Terraform's as well.\n\n" +
			"Exits with 1 if there is a finding of the severity --fail-on or worse.",
		Example: "  terraform -chdir=live/acme-prod show -json | plinth audit alarms - --spec accounts/prod.yaml",
		Args:    live.args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, done, err := live.evidence(cmd.Context(), "alarms", args)
			if err != nil {
				return err
			}
			defer done()
			return runAuditAlarms(opts, cmd.InOrStdin(), files[0])
		},
	}
	opts.common(cmd.Flags())
	live.addLive(o, cmd.Flags())
	return cmd
}

func runAuditAlarms(o *auditOptions, stdin io.Reader, file string) error {
	j, err := o.judgement(nil)
	if err != nil {
		return err
	}
	result, err := o.auditAlarms(j, stdin, file)
	if err != nil {
		return err
	}
	return o.print(*result)
}

// auditAlarms judges a state.
func (o *auditOptions) auditAlarms(j *judgement, stdin io.Reader, file string) (*auditResult, error) {
	content, err := readInput(stdin, file)
	if err != nil {
		return nil, failed(err)
	}
	state, err := alarms.Read(bytes.NewReader(content))
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", file, err))
	}
	judged := state.Judge()
	result := j.result(judged.Findings)
	result.name, result.account, result.file, result.rules = "alarms", j.account, file, alarms.Rules()
	if file == "-" {
		result.file = "state.json"
	}
	result.scope = fmt.Sprintf("%s, of whose %s %d reach somebody", plural(state.Resources, "resource"), alarmsText(judged.Alarms), judged.Reaching)
	result.charts = []auditChart{chart("Alarms and rules", auditBar{Label: "reach somebody", N: judged.Reaching}, auditBar{Label: "don't", N: judged.Alarms - judged.Reaching})}
	return &result, nil
}

func alarmsText(n int) string {
	if n == 1 {
		return "1 alarm or rule"
	}
	return fmt.Sprintf("%d alarms and rules", n)
}
