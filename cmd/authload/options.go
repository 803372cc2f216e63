package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"time"
)

// options are what the flags say.
type options struct {
	lab, addr string
	joining   int
	followers int
	many      int
	stalled   int
	length    time.Duration // how long a class is driven
	every     time.Duration // how often it is shown another step
	quick     bool
}

func readOptions(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("authload", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&o.lab, "lab", "", "the program to start: `file` of authlab")
	flags.StringVar(&o.addr, "addr", "", "`host:port` of a lab that runs already, on loopback")
	flags.IntVar(&o.joining, "joining", 300, "how `many` join all at once")
	flags.IntVar(&o.followers, "followers", 300, "how `many` follow")
	flags.IntVar(&o.many, "many", 2000, "how `many` follow in the large class, half as long")
	flags.IntVar(&o.stalled, "stalled", 300, "how `many` never read, beside those who follow")
	seconds := flags.Int("seconds", 60, "for how `long` a class is driven")
	flags.DurationVar(&o.every, "every", time.Second, "how `often` another step is shown")
	flags.BoolVar(&o.quick, "quick", false, "20 of everybody for 3 seconds, to see that it works")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.length = time.Duration(*seconds) * time.Second
	if o.quick {
		o.joining, o.followers, o.many, o.stalled, o.length, o.every = 20, 20, 0, 20, 3*time.Second, 200*time.Millisecond
	}
	return o, o.check(flags.NArg())
}

func (o *options) check(rest int) error {
	switch {
	case rest > 0:
		return errors.New("authload takes flags only, see authload -h")
	case (o.lab == "") == (o.addr == ""):
		return errors.New("name either the program to start with -lab, or a lab that runs with -addr")
	case o.joining < 0 || o.followers < 0 || o.many < 0 || o.stalled < 0:
		return errors.New("a class cannot be smaller than 0")
	case o.every <= 0 || o.length < o.every:
		return errors.New("-seconds and -every must leave time for one step")
	case o.addr != "":
		return loopback(o.addr)
	}
	return nil
}

// loopback refuses an address that leads to another machine: this program sends
// what would be an attack there.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("read -addr: %w", err)
	}
	found, err := net.DefaultResolver.LookupIPAddr(context.Background(), host)
	if err != nil {
		return fmt.Errorf("look -addr up: %w", err)
	}
	for _, ip := range found {
		if !ip.IP.IsLoopback() {
			return fmt.Errorf("-addr %s is %s, which is not this machine; authload sends to loopback only", addr, ip.IP)
		}
	}
	return nil
}
