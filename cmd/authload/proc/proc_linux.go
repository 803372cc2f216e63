package proc

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// ticks is the unit of the times in /proc, which is the same on every Linux that
// Go runs on: a hundredth of a second.
const ticks = time.Second / 100

// ProcessTime returns how long the processor has worked for a process (proc(5),
// /proc/pid/stat, fields 14 and 15).
func ProcessTime(pid int) (time.Duration, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:]) // from field 3 on
	if len(fields) < 13 {
		return 0, false
	}
	user, err1 := strconv.Atoi(string(fields[11]))
	system, err2 := strconv.Atoi(string(fields[12]))
	return time.Duration(user+system) * ticks, err1 == nil && err2 == nil
}

// PeakMemory returns the most bytes of memory that a process has had.
func PeakMemory(pid int) (int64, bool) {
	n, ok := statusOf(pid, "VmHWM")
	return n << 10, ok
}

// MemoryNow returns how many bytes of memory a process has.
func MemoryNow(pid int) (int64, bool) {
	n, ok := statusOf(pid, "VmRSS")
	return n << 10, ok
}

// Threads returns how many threads a process has.
func Threads(pid int) (int64, bool) { return statusOf(pid, "Threads") }

// statusOf returns a number of /proc/pid/status; those of memory are in KiB.
func statusOf(pid int, name string) (int64, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, rest, found := bytes.Cut(b, []byte(name+":"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	n, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(line, []byte("kB")))), 10, 64)
	return n, found && err == nil
}

// OpenFiles returns how many files, connections among them, a process has open.
func OpenFiles(pid int) (int, bool) {
	dir, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(dir), err == nil
}

// MaxFiles returns how many files this process may open. Go has raised the limit
// to the most that it may be.
func MaxFiles() (int, bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return int(min(limit.Cur, 1<<30)), err == nil
}

// DieTogether ends a child with this process, however that ends.
func DieTogether() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// SmallBuffer makes the receive buffer of a socket as small as may be.
func SmallBuffer(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
