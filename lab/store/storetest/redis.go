package storetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// shared is the one server of this process, while there are tests that use it.
var shared struct {
	mu    sync.Mutex
	users int
	*server
}

// Redis returns the address of a Redis or Valkey server on a socket of its own. It
// is started for the first test that asks and ended with the last that uses it, so
// that there is never more than one in a process. Where neither program is
// installed the test fails and says what to install.
func Redis(t testing.TB) (url string) {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.users == 0 {
		s, err := start()
		if err != nil {
			t.Fatal(err)
		}
		shared.server = s
	}
	shared.users++
	t.Cleanup(func() {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		if shared.users--; shared.users == 0 {
			shared.stop()
		}
	})
	return shared.url
}

// OwnRedis starts a server for this test alone, which may do to it what it likes,
// and returns its address and what ends it before the test does.
func OwnRedis(t testing.TB) (url string, stop func()) {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s.url, s.stop
}

// server is a running server.
type server struct {
	url  string
	stop func()
}

// untilTold runs a program and ends it when there is nothing more to read, which
// is so when we say it and also when this process dies.
const untilTold = `"$@" </dev/null & pid=$!; exec >/dev/null; read -r _; kill -CONT $pid; kill $pid; wait $pid`

func start() (*server, error) {
	program, err := program()
	if err != nil {
		return nil, err
	}
	// Not a test's own folder: its path may be too long for a socket.
	folder, err := os.MkdirTemp("", "redis")
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(folder, "s")
	cmd := exec.CommandContext(context.Background(), "sh", "-c", untilTold, "sh", program,
		"--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly", "no")
	s, err := run(cmd)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	s.url = "unix://" + socket
	stop := s.stop
	s.stop = sync.OnceFunc(func() {
		stop()
		_ = os.RemoveAll(folder)
	})
	return s, nil
}

// program finds the server to start.
func program() (string, error) {
	for _, name := range []string{"valkey-server", "redis-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("this test runs a real Redis or Valkey server and finds none. " +
		"On Debian or Ubuntu: sudo apt-get install redis-server")
}

// run starts a server and waits until it says that it is ready.
func run(cmd *exec.Cmd) (*server, error) {
	told, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{stop: func() {
		_ = told.Close()
		_ = cmd.Wait() // it was killed, and says so
	}}
	if err := ready(said); err != nil {
		s.stop()
		return nil, err
	}
	go io.Copy(io.Discard, said) //nolint:errcheck // ends when the server does
	return s, nil
}

func ready(said io.Reader) error {
	var all strings.Builder
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		fmt.Fprintln(&all, lines.Text())
		if strings.Contains(lines.Text(), "eady to accept connections") {
			return nil
		}
	}
	return fmt.Errorf("it ended before it was ready:\n%s", all.String())
}
