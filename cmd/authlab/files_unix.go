//go:build unix

package main

import "syscall"

// openFiles is how many files the process may have open; 0 where the system does
// not say. The runtime has raised it as far as it may.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return int(min(limit.Cur, 1<<30)) //nolint:gosec // it fits now
}
