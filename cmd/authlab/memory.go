package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// sizeFlag is the value of -memory, in bytes; 0 chooses by the machine's memory.
type sizeFlag int64

// units are what a size may end in.
var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}}

// The least and the most that a lab is given by itself, and the least that it can
// be told to do with.
const (
	leastDefault = 256 << 20
	mostDefault  = 4 << 30
	leastMemory  = 64 << 20
)

// String writes a size as Set reads it.
func (s *sizeFlag) String() string {
	switch {
	case s == nil || *s == 0:
		return "a quarter of the machine's"
	case *s%(1<<20) == 0:
		return strconv.FormatInt(int64(*s)>>20, 10) + "MiB"
	}
	return strconv.FormatInt(int64(*s), 10) + "B"
}

// Set reads a size: 256MiB, 2GiB.
func (s *sizeFlag) Set(text string) error {
	for _, u := range units {
		number, found := strings.CutSuffix(text, u.name)
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n > (1<<62)/u.bytes {
			break
		}
		if n*u.bytes < leastMemory {
			return fmt.Errorf("a lab needs %d MiB at least", leastMemory>>20)
		}
		*s = sizeFlag(n * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is no size; write it as 256MiB or 2GiB", text)
}

// bytes returns how much memory the lab is to do with: what was asked for, or a
// quarter of what this machine or its container has, at least 256 MiB and at most 4
// GiB.
func (s sizeFlag) bytes() int64 {
	if s != 0 {
		return int64(s)
	}
	return min(max(machineMemory()/4, leastDefault), mostDefault)
}

// machineMemory is how much memory there is for this process, in bytes: that of
// the machine, or of the container where that has less. It is 0 where the system
// does not say.
func machineMemory() int64 {
	all := totalMemory("/proc/meminfo")
	for _, name := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is no number
		if err == nil && (all == 0 || n < all) {
			all = n
		}
	}
	return all
}

// totalMemory reads MemTotal of proc(5)'s meminfo, in bytes; 0 where it is not there.
func totalMemory(name string) int64 {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		value, found := strings.CutPrefix(line, "MemTotal:")
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0
		}
		return n << 10
	}
	return 0
}

// outsideRuntime is the part of the memory that the runtime's limit leaves to what it
// does not count: the program's own text, above all.
const outsideRuntime = 16 // one of so many parts

// limitMemory has the garbage collector work harder as the process comes near its
// memory.
func limitMemory(bytes int64) { debug.SetMemoryLimit(bytes - bytes/outsideRuntime) }
