// Command authlab serves AuthLab, the lab in which people see how web logins
// work.
//
// Usage:
//
//	authlab [-addr localhost:8080] [-log text|json] [-content DIR] [-redis URL] [-data FILE] [-dev]
//
// It prints one line with its address and serves until it gets SIGINT or
// SIGTERM; then it lets requests in flight finish and exits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"authlab/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "authlab:", err)
		os.Exit(1)
	}
}

// run is the program: it serves until ctx ends.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("authlab", flag.ContinueOnError)
	flags.SetOutput(errs)
	addr := flags.String("addr", "localhost:8080", "`host:port` to listen on")
	format := flags.String("log", "text", "log `format`: text or json")
	dir := flags.String("content", "", "`folder` with your own copy of the texts, instead of the embedded ones")
	data := flags.String("data", "", "`FILE` in which classes are kept, so that they survive a restart; it is made if there is none")
	redis := flags.String("redis", "", "`URL` of a Redis or Valkey server that benches may keep records in: redis://localhost:6379, unix:///run/redis.sock")
	dev := flags.Bool("dev", false, "serve /dev/states, every component of the pages in every state")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is not understood; authlab takes flags only, see authlab -h", flags.Arg(0))
	}
	log, err := logger(*format, errs)
	if err != nil {
		return err
	}
	slog.SetDefault(log)
	config := lab.Config{Log: log, Dev: *dev, Redis: *redis, Data: *data}
	if *dir != "" {
		if config.Content, err = folder(*dir); err != nil {
			return err
		}
	}
	l, err := lab.New(config)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	ln, err := listen.Listen(ctx, "tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w (choose another with -addr host:port)", err)
	}
	if _, err := fmt.Fprintf(out, "AuthLab is at http://%s\n", shownAddr(*addr, ln.Addr())); err != nil {
		return err
	}
	return l.Serve(ctx, ln)
}

// folder returns the files of a folder of texts. Without this check a mistyped
// name would be reported once for each file that a lab needs.
func folder(name string) (fs.FS, error) {
	if _, err := os.ReadDir(name); err != nil {
		return nil, fmt.Errorf("-content %q: this is no folder that can be read; name one like the content folder of the source: %w", name, err)
	}
	return os.DirFS(name), nil
}

func logger(format string, w io.Writer) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	default:
		return nil, fmt.Errorf("-log %q: the format is text or json", format)
	}
}

// shownAddr is the address to print: the host as it was asked for, because
// localhost and 127.0.0.1 are two sites to a browser, with the port that it got.
func shownAddr(asked string, got net.Addr) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, errGot := net.SplitHostPort(got.String())
	if err != nil || errGot != nil || host == "" {
		return got.String()
	}
	return net.JoinHostPort(host, port)
}
