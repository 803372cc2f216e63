package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what the flags say.
type options struct {
	lab, addr string
	joining   int
	followers int
	many      int
	stalled   int
	length    time.Duration // how long a class is driven, or one phase of an attack is
	every     time.Duration // how often it is shown another step
	lull      time.Duration // how long nothing is measured before each phase of an attack
	quick     bool

	attack, fill, crowd bool
	soak                time.Duration // how long the lab is kept busy; 0 for not at all
	only                []string      // the names of attacks; none for all
	memory              string        // the lab's budget, as its flag has it: "512MiB"
	budget              int64         // the same in bytes
}

// How long a class is driven, and each phase of an attack takes, in seconds.
const (
	classSeconds = 60
	phaseSeconds = 8
)

// attackEvery is how often another step is shown beside an attack: so often that one
// slow one does not make the 99th percentile by itself.
const attackEvery = 250 * time.Millisecond

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
	seconds := flags.Int("seconds", classSeconds, fmt.Sprintf("for how `long` a class is driven; with -attack, how long each of its four phases takes, %d if not given", phaseSeconds))
	flags.DurationVar(&o.every, "every", time.Second, "how `often` another step is shown; with -attack "+attackEvery.String()+" if not given")
	flags.BoolVar(&o.quick, "quick", false, "20 of everybody for some seconds, to see that it works")
	flags.BoolVar(&o.attack, "attack", false, "attack a lab beside honest visitors and a class, one kind of attack after the other")
	only := flags.String("only", "", "with -attack: the `names` of the attacks, with commas between them")
	flags.BoolVar(&o.fill, "fill", false, "fill a lab's memory for 100 seconds")
	flags.BoolVar(&o.crowd, "crowd", false, "let all of -joining go through the lesson at once, behind one address")
	flags.DurationVar(&o.soak, "soak", 0, "keep a lab busy for so `long`, and compare what it holds at the end with what it held early: 30m")
	flags.StringVar(&o.memory, "memory", "512MiB", "the `size` of the memory that a lab may have under attack")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.length = time.Duration(*seconds) * time.Second
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	o.settle(given)
	return o, o.check(flags.NArg())
}

// settle sets what the flags that are given leave open.
func (o *options) settle(given map[string]bool) {
	o.lull = time.Second
	if o.attack && !given["seconds"] {
		o.length = phaseSeconds * time.Second
	}
	if o.attack && !given["every"] {
		o.every = attackEvery
	}
	if o.quick {
		o.joining, o.followers, o.many, o.stalled, o.length, o.every = 20, 20, 0, 20, 3*time.Second, 200*time.Millisecond
	}
	if o.quick && o.attack {
		o.length, o.every, o.lull = 600*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond
	}
}

// attacking reports whether parts are asked for that do not go easy on a lab. They
// take the place of the usual ones.
func (o *options) attacking() bool { return o.attack || o.fill || o.crowd || o.soak > 0 }

func (o *options) check(rest int) error {
	var err error
	if o.budget, err = size(o.memory); err != nil {
		return fmt.Errorf("read -memory: %w", err)
	}
	for _, name := range o.only {
		if !slices.ContainsFunc(attacks, func(a attack) bool { return a.name == name }) {
			return fmt.Errorf("-only: there is no attack %q", name)
		}
	}
	switch {
	case rest > 0:
		return errors.New("authload takes flags only, see authload -h")
	case (o.lab == "") == (o.addr == ""):
		return errors.New("name either the program to start with -lab, or a lab that runs with -addr")
	case o.joining < 0 || o.followers < 0 || o.many < 0 || o.stalled < 0:
		return errors.New("a class cannot be smaller than 0")
	case o.every <= 0 || o.length < o.every:
		return errors.New("-seconds and -every must leave time for one step")
	case o.attacking() && o.addr != "":
		return errors.New("-attack, -fill, -crowd and -soak start a lab of their own: name the program with -lab")
	case o.addr != "":
		return loopback(o.addr)
	}
	return nil
}

// size reads a size of memory, "512MiB" or "2GiB", and returns it in bytes.
func size(text string) (int64, error) {
	number, unit := strings.TrimRight(text, "GMiB"), int64(1<<20)
	if strings.HasSuffix(text, "GiB") {
		unit = 1 << 30
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n <= 0 || number+"MiB" != text && number+"GiB" != text {
		return 0, fmt.Errorf("%q is no size; write it like 512MiB or 2GiB", text)
	}
	return n * unit, nil
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
