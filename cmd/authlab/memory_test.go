package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryFlag(t *testing.T) {
	for text, want := range map[string]int64{"256MiB": 256 << 20, "2GiB": 2 << 30, "65536 KiB": 64 << 20, "100000000B": 100_000_000} {
		var s sizeFlag
		if err := s.Set(text); err != nil || s.bytes() != want {
			t.Errorf("%q is %d bytes, %v; want %d", text, s.bytes(), err, want)
		}
	}
	for _, text := range []string{"", "256", "256MB", "1MiB", "-1GiB", "GiB", "9999999999999GiB"} {
		var s sizeFlag
		if err := s.Set(text); err == nil || s != 0 {
			t.Errorf("%q is taken for %d bytes", text, s)
		}
	}
	var none sizeFlag
	if got := none.bytes(); got < leastDefault || got > mostDefault {
		t.Errorf("by itself a lab takes %d bytes", got)
	}
	size := sizeFlag(256 << 20)
	if got := size.String(); got != "256MiB" {
		t.Errorf("256 MiB is written %q", got)
	}
}

func TestTotalMemory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "meminfo")
	for text, want := range map[string]int64{"MemTotal:       24545304 kB\nMemFree: 1 kB\n": 24545304 << 10, "MemFree: 1 kB\n": 0, "MemTotal: x kB\n": 0} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := totalMemory(name); got != want {
			t.Errorf("%q is %d bytes, want %d", text, got, want)
		}
	}
	if got := totalMemory(name + ".none"); got != 0 {
		t.Errorf("a file that is not there is %d bytes", got)
	}
}
