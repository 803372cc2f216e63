package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

// follower is one device of the class: one connection for its events, one for
// what its page fetches, as class.js does it.
type follower struct {
	class  *class
	from   *net.Dialer
	id     string // that the room has issued
	events *stream
	pages  *asker
	wake   chan struct{} // has one element while something is to be fetched

	mu     sync.Mutex
	got    []arrival // events
	seen   []arrival // fragments
	behind int       // fragments that were older than the event before them
	err    error
}

// arrival is a state that has reached a follower.
type arrival struct {
	notice
	at time.Time
}

// follow lets a device join. asset says that it comes for the first time and
// fetches what its page needs, too.
func (c *class) follow(ctx context.Context, assets bool) *follower {
	f := &follower{class: c, from: c.from(c.come), wake: make(chan struct{}, 1)}
	c.come++
	go func() {
		if err := f.join(ctx, assets); err != nil {
			f.fail(ctx, err)
			return
		}
		go f.fetch(ctx)
		f.listen(ctx)
	}()
	return f
}

// join fetches the page, gets a name, opens the stream, and says that the device is here.
func (f *follower) join(ctx context.Context, assets bool) error {
	var err error
	if f.pages, err = openAsker(ctx, f.from, f.class.addr); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	if err := f.load(assets); err != nil {
		return err
	}
	if f.id, err = f.pages.join(f.class.path); err != nil {
		return err
	}
	if f.events, err = openStream(ctx, f.from, f.class.addr, f.class.path+"/events?device="+f.id, ""); err != nil {
		return err
	}
	if err := f.events.begin(); err != nil {
		return err
	}
	here, err := f.pages.post(f.class.path+"/here", "device="+f.id+"&quiet=1&step=none")
	if err != nil {
		return err
	}
	defer here.release()
	if here.status != http.StatusNoContent {
		return fmt.Errorf("saying that a device is here was answered with %d", here.status)
	}
	return nil
}

// named are the files that a page needs: those in its markup, and the modules that
// a script imports. Fonts and pictures that style sheets name are left out, because
// what a browser fetches of them depends on what it shows.
var named = regexp.MustCompile(`(?:src|href)="(/[^"]+\.(?:js|css|woff2|svg))"|(?:from|import) '(\./[^']+\.js)'`)

// load fetches the page and, for one who comes for the first time, the style
// sheets, scripts and fonts that it names.
func (f *follower) load(assets bool) error {
	text, err := f.text(f.class.path)
	if err != nil || !assets {
		return err
	}
	return f.loadNamed(f.class.path, text, map[string]bool{})
}

// loadNamed fetches what a file names, and what that names, each once.
func (f *follower) loadNamed(from, text string, loaded map[string]bool) error {
	for _, found := range named.FindAllStringSubmatch(text, -1) {
		target := cmp.Or(found[1], path.Join(path.Dir(from), found[2]))
		if loaded[target] {
			continue
		}
		loaded[target] = true
		inner, err := f.text(target)
		if err == nil && strings.HasSuffix(target, ".js") {
			err = f.loadNamed(target, inner, loaded)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// text gets a page or a file.
func (f *follower) text(target string) (string, error) {
	got, err := f.pages.get(target)
	if err != nil {
		return "", err
	}
	defer got.release()
	if got.status != http.StatusOK {
		return "", fmt.Errorf("%s was answered with %d", target, got.status)
	}
	return unpacked(got)
}

// listen reads events until ctx ends.
func (f *follower) listen(ctx context.Context) {
	for {
		n, err := f.events.next()
		if err != nil {
			f.fail(ctx, fmt.Errorf("read an event: %w", err))
			return
		}
		f.mu.Lock()
		f.got = append(f.got, arrival{n, time.Now()})
		f.mu.Unlock()
		select {
		case f.wake <- struct{}{}:
		default: // one fetch more is due already
		}
	}
}

// fetch gets the parts of the page that change, whenever there was an event.
func (f *follower) fetch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
		if err := f.refresh(); err != nil {
			f.fail(ctx, err)
			return
		}
	}
}

// refresh fetches once.
func (f *follower) refresh() error {
	f.mu.Lock()
	told := f.got[len(f.got)-1].seq
	f.mu.Unlock()
	got, err := f.pages.get(f.class.path + "?fragment=live")
	if err != nil {
		return err
	}
	defer got.release()
	at := time.Now()
	n, err := f.class.fragments.shows(got)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, arrival{n, at})
	if n.seq < told {
		f.behind++
	}
	return nil
}

// fail keeps the first error. What breaks because ctx ended is none.
func (f *follower) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = cmp.Or(f.err, err)
}

// shows reports whether a state, or a later one, is on the follower's page.
func (f *follower) shows(seq int) (yes bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen) > 0 && f.seen[len(f.seen)-1].seq >= seq, f.err
}
