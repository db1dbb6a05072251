package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// cost is what a process has cost.
type cost struct {
	cpu, wall float64 // seconds
	memory    float64 // MiB at its highest, of the process without its children
}

// process runs a command to its end. Files of earlier commands are on their way to the disk no longer.
func (o *options) process(ctx context.Context, name string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var output bytes.Buffer
	cmd.Stderr = &output
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start).Seconds()
	if err != nil {
		return cost{}, fmt.Errorf("%s %v: %w\n%s", name, args, err, output.String())
	}
	state := cmd.ProcessState
	return cost{cpu: (state.UserTime() + state.SystemTime()).Seconds(), wall: wall, memory: peak(state)}, nil
}

// self runs one of the yardsticks that are part of this program.
func (o *options) self(ctx context.Context, yardstick, dir string) (cost, error) {
	exe, err := os.Executable()
	if err != nil {
		return cost{}, fmt.Errorf("this program: %w", err)
	}
	return o.process(ctx, exe, yardstick, dir)
}
