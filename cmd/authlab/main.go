// Command authlab serves AuthLab, the lab in which people see how web logins
// work.
//
// Usage:
//
//	authlab [-addr localhost:8080] [-lan[=ADDRESS]] [-url URL] [-tls-cert FILE -tls-key FILE]
//	        [-log text|json] [-content DIR] [-redis URL] [-data FILE]
//	        [-memory SIZE] [-operator] [-dev]
//
// It prints one line with its address, with -lan also those for a class, and
// serves until it gets SIGINT or SIGTERM; then it lets requests in flight finish
// and exits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
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

// options are the flags.
type options struct {
	addr      string
	addrGiven bool
	lan       lanFlag
	url       string
	cert, key string
	log, dir  string
	redis     string
	data      string
	memory    sizeFlag
	operator  bool
	dev       bool
}

// read reads the flags, and says on errs what is wrong with them.
func read(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("authlab", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&o.addr, "addr", "localhost:8080", "`host:port` to listen on")
	flags.Var(&o.lan, "lan", "listen on the local network, for a class; -lan=`ADDRESS` chooses one of several networks, or the host name to print")
	flags.Func("url", "base `URL` by which people reach the lab, as behind a proxy: https://lab.example; it is in the links of a class, and its host is answered besides this machine's own", o.readURL)
	flags.StringVar(&o.cert, "tls-cert", "", "`file` of a certificate in PEM, to serve https; needs -tls-key")
	flags.StringVar(&o.key, "tls-key", "", "`file` of the certificate's private key in PEM")
	flags.StringVar(&o.log, "log", "text", "log `format`: text or json")
	flags.StringVar(&o.dir, "content", "", "`folder` with your own copy of the texts, instead of the embedded ones")
	flags.StringVar(&o.data, "data", "", "`FILE` in which classes are kept, so that they survive a restart; it is made if there is none")
	flags.StringVar(&o.redis, "redis", "", "`URL` of a Redis or Valkey server that benches may keep records in: redis://localhost:6379, unix:///run/redis.sock")
	flags.Var(&o.memory, "memory", "`SIZE` that the lab is to do with, 256MiB or 2GiB; a quarter of the machine's, and 4GiB at most, if none is given")
	flags.BoolVar(&o.operator, "operator", false, "serve /operator to this machine: who holds what, and who is held back")
	flags.BoolVar(&o.dev, "dev", false, "serve /dev/states, every component of the pages in every state")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 && o.lan == (lanFlag{on: true}) {
		return o, fmt.Errorf("%q is not understood; to choose one of several networks, write it as -lan=ADDRESS", flags.Arg(0))
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not understood; authlab takes flags only, see authlab -h", flags.Arg(0))
	}
	flags.Visit(func(f *flag.Flag) { o.addrGiven = o.addrGiven || f.Name == "addr" })
	return o, nil
}

// run is the program: it serves until ctx ends.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	o, err := read(args, errs)
	if err != nil {
		return err
	}
	log, err := logger(o.log, errs)
	if err != nil {
		return err
	}
	slog.SetDefault(log)
	config := lab.Config{
		Log: log, Dev: o.dev, Redis: o.redis, Data: o.data, URL: o.url, Hosts: o.hosts(),
		Memory: o.memory.bytes(), Files: openFiles(), Operator: o.operator,
	}
	limitMemory(config.Memory)
	if o.dir != "" {
		if config.Content, err = folder(o.dir); err != nil {
			return err
		}
	}
	if config.Certificate, err = certificate(o.cert, o.key); err != nil {
		return err
	}
	lns, here, err := o.listen(ctx, &config)
	if err != nil {
		return err
	}
	l, err := lab.New(config)
	if err != nil {
		return errors.Join(err, closeAll(lns))
	}
	reached := config.Addresses
	if o.url != "" {
		reached = []string{config.URL} // it is what the links of a class begin with
	}
	if err := announce(out, here, reached); err != nil {
		return errors.Join(err, closeAll(lns))
	}
	return l.Serve(ctx, lns...)
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
