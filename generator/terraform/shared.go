package terraform

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// attachment is what a provider prints once it can be attached to.
// https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
var attachment = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(\{.*\})'`)

// patience is how long a provider may take to start.
const patience = time.Minute

// shareProvider starts the AWS provider that init has installed, and returns the environment variable that makes Terraform use it, and what stops it. Terraform starts a provider for
// each walk of a graph otherwise, two for each run block of a test, which is nine tenths of what a test costs. Such a provider has one configuration at a
// time: it is for runs without aliases that are configured differently, and mocked providers aren't configured at all.
func (r *run) shareProvider(ctx context.Context) (attach string, stop func(), err error) {
	path, err := r.installedProvider()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the provider took longer than %s to start", patience))
	defer cancel()
	cmd := exec.Command(path, "-debug")
	cmd.Env = environment(cutOff(r.env))
	var said bytes.Buffer
	cmd.Stderr = &said
	output, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("provider: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("provider: %w", err)
	}
	stop = func() {
		_ = cmd.Process.Kill() // it holds nothing that could be lost
		_ = cmd.Wait()
	}
	found := make(chan string, 1)
	go func() {
		defer close(found)
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if match := attachment.FindStringSubmatch(lines.Text()); match != nil {
				found <- match[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, output) // so that it never waits for a reader
	}()
	select {
	case providers, ok := <-found:
		if !ok {
			stop()
			return "", nil, fmt.Errorf("%s ended before Terraform could attach to it: %s", path, strings.TrimSpace(said.String()))
		}
		return "TF_REATTACH_PROVIDERS=" + providers, stop, nil
	case <-ctx.Done():
		stop()
		return "", nil, fmt.Errorf("%s: %w", path, context.Cause(ctx))
	}
}

// installedProvider is the AWS provider's executable below Terraform's data.
func (r *run) installedProvider() (string, error) {
	found := ""
	err := filepath.WalkDir(filepath.Join(r.env["TF_DATA_DIR"], "providers"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type()&fs.ModeSymlink != 0 { // to a package of a mirror that isn't packed
			matches, err := filepath.Glob(filepath.Join(path, "terraform-provider-aws*"))
			if err == nil && len(matches) > 0 {
				found = matches[0]
			}
			return err
		}
		if !entry.IsDir() && strings.HasPrefix(entry.Name(), "terraform-provider-aws") {
			found = path
		}
		return nil
	})
	if err == nil && found == "" {
		err = errors.New("init has installed none")
	}
	if err != nil {
		return "", fmt.Errorf("AWS provider: %w", err)
	}
	return found, nil
}
