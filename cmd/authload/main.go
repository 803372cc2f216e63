// Command authload is the load of whole classes on a lab, and of attackers: it starts
// a lab, lets followers join it as browsers do, drives it, and prints what they met.
//
// Usage:
//
//	authload -lab FILE [flags]           starts that program, for each part anew
//	authload -addr localhost:8080 …      uses a lab that runs, on loopback only
//
// It goes through four parts, each of which a flag leaves out by 0: a class that
// joins all at once (-joining), one that follows (-followers), a large one
// (-many), and one beside readers that never read (-stalled). It ends by itself,
// with status 1 where something that must hold did not.
//
// Other parts take their place where a flag asks for them. -attack lets two visitors
// and a class work beside one attacker, for each kind of attack that there is (-only
// chooses some): alone, beside the attacker, alone and beside it again. -fill fills a
// lab with a budget of memory, -crowd lets a class behind one address go through the
// lesson at once, and -soak keeps a lab busy with everything, and looks at what it holds
// early and late. Everybody has an address of their own, 127.0.0.2 and on, by which the
// lab tells them apart; so these parts need Linux, where all of them are loopback.
//
// # What is measured
//
// A step is timed from before the driver's POST is written until the follower
// has read the event, and until it has read the first fragment that shows the step or
// a later one. All of it is one process and one clock, which is beside the lab on
// the same machine: so its own lag, how much later than asked its timers run, is
// printed too. A slow machine is not to be taken for a slow lab.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"authlab/cmd/authload/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "authload:", err)
		os.Exit(1)
	}
}

// errFailed is the error of a load under which something did not hold.
var errFailed = errors.New("not everything holds; see above")

// run is the program.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	o, err := readOptions(args, errs)
	if err != nil {
		return err
	}
	r := report.Report{Out: out}
	if err := o.programme(ctx, &r); err != nil {
		return err
	}
	if r.Failed() {
		return errFailed
	}
	return nil
}
