//go:build !linux

package proc

import (
	"syscall"
	"time"
)

// ProcessTime returns how long the processor has worked for a process.
func ProcessTime(int) (time.Duration, bool) { return 0, false }

// PeakMemory returns the most bytes of memory that a process has had.
func PeakMemory(int) (int64, bool) { return 0, false }

// MemoryNow returns how many bytes of memory a process has.
func MemoryNow(int) (int64, bool) { return 0, false }

// Threads returns how many threads a process has.
func Threads(int) (int64, bool) { return 0, false }

// OpenFiles returns how many files a process has open.
func OpenFiles(int) (int, bool) { return 0, false }

// MaxFiles returns how many files this process may open.
func MaxFiles() (int, bool) { return 0, false }

// DieTogether changes nothing: no child ends with its parent here.
func DieTogether() *syscall.SysProcAttr { return nil }

// SmallBuffer leaves the receive buffer of a socket as it is.
func SmallBuffer(_, _ string, _ syscall.RawConn) error { return nil }
