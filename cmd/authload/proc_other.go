//go:build !linux

package main

import (
	"syscall"
	"time"
)

// Elsewhere there is no /proc: the figures are left out.

func processTime(int) (time.Duration, bool)            { return 0, false }
func peakMemory(int) (int64, bool)                     { return 0, false }
func memoryNow(int) (int64, bool)                      { return 0, false }
func threads(int) (int64, bool)                        { return 0, false }
func openFiles(int) (int, bool)                        { return 0, false }
func maxFiles() (int, bool)                            { return 0, false }
func dieTogether() *syscall.SysProcAttr                { return nil }
func smallBuffer(_, _ string, _ syscall.RawConn) error { return nil }
