package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"authlab/cmd/authload/proc"
	"authlab/cmd/authload/report"
)

// server is the lab under load.
type server struct {
	addr string
	cmd  *exec.Cmd // nil for one that is not ours
	cpu  time.Duration
	log  *logged // of one that is attacked; nil for others
}

// The times that a lab gets to start and to stop. These, and the other ends of
// patience of this program, are variables because its tests have more of it: a
// machine may be busy with something else.
var (
	startsIn = 30 * time.Second
	stopsIn  = 15 * time.Second
)

// open takes the lab that runs, or starts one. It ends with ctx.
func (o *options) open(ctx context.Context) (*server, error) {
	if o.addr != "" {
		return &server{addr: o.addr}, nil
	}
	return start(exec.CommandContext(ctx, o.lab, "-addr", anyPort), os.Stderr)
}

// anyPort lets a lab choose a port on loopback.
const anyPort = "127.0.0.1:0"

// openWithin starts a lab that has a budget of memory, and may open no more than so
// many files; 0 for as many as this process may.
func (o *options) openWithin(ctx context.Context, memory string, files int) (*server, error) {
	args := []string{o.lab, "-addr", anyPort}
	for flag, value := range map[string]string{"memory": "=" + memory, "operator": ""} {
		if o.knows(ctx, flag) {
			args = append(args, "-"+flag+value)
		}
	}
	if files > 0 { // sets the hard limit, too, up to which Go raises the other
		args = append([]string{"/bin/sh", "-c", `ulimit -n "$0" && exec "$@"`, strconv.Itoa(files)}, args...)
	}
	log := &logged{}
	s, err := start(exec.CommandContext(ctx, args[0], args[1:]...), log)
	if err != nil {
		return nil, err
	}
	s.log = log
	return s, nil
}

// knows reports whether the lab has a flag.
func (o *options) knows(ctx context.Context, flag string) bool {
	usage, _ := exec.CommandContext(ctx, o.lab, "-h").CombinedOutput() // what it prints tells all
	return regexp.MustCompile(`(?m)^  -` + flag + `\b`).Match(usage)
}

// start starts a lab that logs to a writer, and waits for its address.
func start(cmd *exec.Cmd, log io.Writer) (*server, error) {
	cmd.SysProcAttr = proc.DieTogether()
	cmd.Stderr = log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopsIn
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the lab: %w", err)
	}
	s := &server{cmd: cmd}
	late := time.AfterFunc(startsIn, func() { _ = cmd.Process.Kill() }) // it may have ended by itself
	defer late.Stop()
	text, err := bufio.NewReader(out).ReadString('\n')
	_, s.addr, _ = strings.Cut(strings.TrimSpace(text), "http://")
	if s.addr == "" {
		s.close()
		return nil, fmt.Errorf("start the lab: it printed %q and no address (%w)", text, err)
	}
	s.cpu, _ = proc.ProcessTime(cmd.Process.Pid)
	return s, nil
}

// close stops a lab of ours and waits for it.
func (s *server) close() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt) // it may have ended by itself
	late := time.AfterFunc(stopsIn, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	_ = s.cmd.Wait() // how it ends is not what is tested here
}

// files returns how many files a lab of ours has open.
func (s *server) files() (int, bool) {
	if s.cmd == nil {
		return 0, false
	}
	return proc.OpenFiles(s.cmd.Process.Pid)
}

// peak returns the most bytes of memory that a lab of ours has had, 0 where nobody
// knows.
func (s *server) peak() int64 {
	if s.cmd == nil {
		return 0
	}
	peak, _ := proc.PeakMemory(s.cmd.Process.Pid)
	return peak
}

// costs reports what the lab and this process used.
func (s *server) costs(r *report.Report, own time.Duration) {
	if now, ok := proc.ProcessTime(os.Getpid()); ok {
		r.Figure("processor, load generator", "%.1f s", (now - own).Seconds())
	}
	if s.cmd == nil {
		return
	}
	now, ok := proc.ProcessTime(s.cmd.Process.Pid)
	if memory, known := proc.PeakMemory(s.cmd.Process.Pid); ok && known {
		r.Figure("processor, lab", "%.1f s", (now - s.cpu).Seconds())
		r.Figure("most memory, lab", "%d MiB", memory>>20)
	}
}
