package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"authlab/lab/share"
)

// taken takes a place in a bubble, and gives it back once it is ended.
func taken(t *testing.T, f *few, client share.Client, wrote int64) *place {
	t.Helper()
	p, err := f.enter(t.Context(), client)
	if err != nil {
		t.Fatalf("%s: %v", client, err)
	}
	p.wrote.Add(wrote)
	go func() {
		<-p.ended.Done()
		f.leave(p)
	}()
	return p
}

// TestSlowReadersMakeWay keeps places for as long as nobody waits, and no longer than
// their time when somebody does: the slowest goes, of all or of the client's own, and
// one for each who waits.
func TestSlowReadersMakeWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFew(2, 3, time.Minute, 2*time.Minute)
		fast, slow := taken(t, f, "a", 90<<20), taken(t, f, "a", 4<<10)
		time.Sleep(time.Hour) // in the bubble: nobody waits
		later := taken(t, f, "b", 0)
		synctest.Wait()
		if fast.ended.Err() != nil || slow.ended.Err() != nil {
			t.Fatal("a place was ended that nobody waited for")
		}
		began := time.Now()
		own := taken(t, f, "a", 90<<20) // where its client has as many as it may
		synctest.Wait()
		if time.Since(began) != 0 || slow.ended.Err() == nil || fast.ended.Err() != nil || later.ended.Err() != nil {
			t.Errorf("after %s: slow %v, fast %v, another's %v", time.Since(began), slow.ended.Err(), fast.ended.Err(), later.ended.Err())
		}
		fast.end()
		synctest.Wait()
		last := taken(t, f, "c", 1<<20)
		began = time.Now()
		time.Sleep(90 * time.Second)
		next := taken(t, f, "d", 0) // where all are taken, by those who have not had their time
		synctest.Wait()
		if waited := time.Since(began); waited != 2*time.Minute {
			t.Errorf("a place was had after %s, want two minutes", waited)
		}
		if later.ended.Err() == nil || own.ended.Err() != nil || last.ended.Err() != nil {
			t.Errorf("the slowest of all: %v; a faster one %v, a later one %v", later.ended.Err(), own.ended.Err(), last.ended.Err())
		}
		for _, p := range []*place{own, last, next} {
			p.end()
		}
	})
}

// TestAPlaceIsNotTakenTooEarly refuses who waits where nobody has had their time.
func TestAPlaceIsNotTakenTooEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFew(1, 1, 30*time.Second, 2*time.Minute)
		first := taken(t, f, "a", 0)
		if _, err := f.enter(t.Context(), "b"); err == nil || first.ended.Err() != nil {
			t.Errorf("who waits for 30 seconds gets %v, and the first %v", err, first.ended.Err())
		}
		first.end()
	})
}

// TestASlowAnswerIsCut reads an answer that does not end, over a socket, until another
// client waits for its place: then the connection is cut, and that one is served.
func TestASlowAnswerIsCut(t *testing.T) {
	t.Parallel()
	l := &Site{few: newFew(1, 1, time.Minute, 0), admission: newAdmission(SiteConfig{})}
	endless := l.Big(func(w http.ResponseWriter, r *http.Request) error {
		return l.Streamed(w, r, func(out io.Writer) error {
			for piece := make([]byte, pieceSize); ; {
				if _, err := out.Write(piece); err != nil {
					return err
				}
			}
		})
	})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := endless(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(site.Close)
	ask := func() *http.Response {
		ctx, end := context.WithCancel(t.Context())
		t.Cleanup(end)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, site.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", got, err)
		}
		t.Cleanup(func() { _ = got.Body.Close() })
		return got
	}
	first := ask()
	if _, err := io.CopyN(io.Discard, first.Body, 4<<20); err != nil {
		t.Fatalf("an answer that nobody waits for: %v", err)
	}
	cut := make(chan error)
	go func() {
		_, err := io.Copy(io.Discard, first.Body)
		cut <- err
	}()
	second := ask()
	if err := <-cut; err == nil {
		t.Error("half an answer passed for a whole one")
	}
	if _, err := io.CopyN(io.Discard, second.Body, 4<<20); err != nil {
		t.Errorf("who waited was served %v", err)
	}
}
