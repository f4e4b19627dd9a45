package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"goscore/magics"
	"goscore/magics/compile"
)

// warmCommand compiles the packages that cells would wait for: for this user, or
// with --into for all who may read a directory.
func warmCommand(args []string) error {
	set := flag.NewFlagSet("warm", flag.ContinueOnError)
	into := set.String("into", "", "a directory that becomes a cache for many users, with all of Go's library")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("warm: %q is no option; --into DIR is the only one", set.Arg(0))
	}
	if *into == "" {
		return warm(compile.Common)
	}
	if err := compile.Share(*into, func() error { return warm(compile.Everything) }); err != nil {
		return err
	}
	fmt.Printf("%s has all of Go's library compiled. Users set GOSCORE_CACHE to it; their own programs go to their home directories.\n", *into)
	return nil
}

func warm(what compile.Warmth) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w, err := magics.NewWorker(magics.Options{Source: source})
	if err != nil {
		return err
	}
	defer w.Close()
	go tell(ctx, w)
	return w.Warm(ctx, what)
}

// tell writes each thing that takes long, once.
func tell(ctx context.Context, w *magics.Worker) {
	last := ""
	for ctx.Err() == nil {
		if p := w.Progress(); p.What != "" && p.What != last {
			last = p.What
			fmt.Fprintln(os.Stderr, last)
		}
		time.Sleep(time.Second / 2)
	}
}
