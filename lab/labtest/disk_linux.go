package labtest

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Disk lets the files of a process grow, or has the system refuse every byte that would
// make one larger, as a full disk does (setrlimit(2), RLIMIT_FSIZE).
func Disk(t testing.TB, pid int, takes bool) {
	t.Helper()
	var l unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &l); err != nil {
		t.Fatal(err)
	}
	if l.Cur = 0; takes {
		l.Cur = l.Max
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &l, nil); err != nil {
		t.Fatal(err)
	}
}
