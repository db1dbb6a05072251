// Package graphviz has Graphviz lay graphs out.
package graphviz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// ErrNotFound means that Graphviz isn't installed. Its text says what to do.
var ErrNotFound = errors.New("an image is laid out by Graphviz, whose program dot isn't on PATH: install Graphviz, or write --format mermaid or dot")

// SVG lays out a graph in the DOT language.
func SVG(ctx context.Context, dot string) ([]byte, error) {
	program, err := exec.LookPath("dot")
	if err != nil {
		return nil, ErrNotFound
	}
	cmd := exec.CommandContext(ctx, program, "-Tsvg")
	cmd.Stdin = strings.NewReader(dot)
	var said bytes.Buffer
	cmd.Stderr = &said
	image, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(said.String()))
	}
	return image, nil
}
