package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

func addShard(cmd *cobra.Command, shard *string) {
	cmd.Flags().StringVar(shard, "shard", "", "i/n: only the i-th of n shares, such as 2/5")
}

// inShard is the i-th of n shares of things, for the shard i/n: each n-th of them, so that shares are equal but for one. Without a shard it is all of them.
func inShard[T any](shard string, things []T) ([]T, error) {
	if shard == "" {
		return things, nil
	}
	first, second, ok := strings.Cut(shard, "/")
	i, err := strconv.Atoi(first)
	n, other := strconv.Atoi(second)
	if !ok || err != nil || other != nil || i < 1 || i > n {
		return nil, &exit{exitWrong, fmt.Errorf("--shard %s: write i/n with i from 1 to n, such as 2/5", shard)}
	}
	share := []T{}
	for at := i - 1; at < len(things); at += n {
		share = append(share, things[at])
	}
	return share, nil
}
