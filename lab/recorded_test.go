package lab_test

import (
	"encoding/json"
	"net/http"
	"time"

	"pgregory.net/rapid"
)

// recorded is journal.json as somebody else's program would read it.
type recorded struct {
	Bench struct {
		ID         string `json:"id"`
		TurnedAway int    `json:"turned_away"`
	} `json:"bench"`
	Exchanges []exchange `json:"exchanges"`
}

type exchange struct {
	Number     int              `json:"number"`
	Flow       string           `json:"flow"`
	By         string           `json:"by"`
	Step       *int             `json:"step"`
	Connection int64            `json:"connection"`
	Started    time.Time        `json:"started"`
	Duration   int64            `json:"duration_ns"`
	Request    message          `json:"request"`
	Response   message          `json:"response"`
	Events     []map[string]any `json:"events"`
	Before     state            `json:"before"`
	After      state            `json:"after"`
	Verdict    verdict          `json:"verdict"`
}

type message struct {
	Bytes     []byte `json:"bytes"` // base64 in the JSON
	Length    int64  `json:"length"`
	Truncated bool   `json:"truncated"`
	Complete  bool   `json:"complete"`
}

type state struct {
	Records []struct {
		ID      string    `json:"id"`
		User    string    `json:"user"`
		Created time.Time `json:"created"`
		Expires time.Time `json:"expires"`
		Bytes   []byte    `json:"bytes"`
	} `json:"records"`
	Tombstones []struct {
		ID      string    `json:"id"`
		Why     string    `json:"why"`
		Kind    string    `json:"kind"`
		Expires time.Time `json:"expires"`
	} `json:"tombstones"`
	Accounts []struct {
		ID   string `json:"id"`
		Role string `json:"role"`
	} `json:"accounts"`
}

type verdict struct {
	Outcome  string  `json:"outcome"`
	Status   int     `json:"status"`
	Answered int     `json:"answered"`
	Note     string  `json:"note"`
	Checks   []check `json:"checks"`
}

type check struct {
	Name   string `json:"name"`
	OK     *bool  `json:"ok"`
	Too    bool   `json:"too"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// await waits until the bench has recorded n exchanges. It is woken by the
// bench's own notices.
func (v *visitor) await(t rapid.TB, n int) {
	t.Helper()
	b := v.bench(t)
	notices, end := b.Listen()
	defer end()
	late := time.NewTimer(guard)
	defer late.Stop()
	for len(b.Journal().Exchanges) < n {
		select {
		case <-notices:
		case <-late.C:
			t.Fatalf("the bench has recorded %d of %d exchanges", len(b.Journal().Exchanges), n)
		}
	}
}

// journal fetches journal.json once it has n exchanges.
func (v *visitor) journal(t rapid.TB, n int) recorded {
	t.Helper()
	v.await(t, n)
	got := v.get(t, v.path("/journal.json"))
	if got.status != http.StatusOK {
		t.Fatalf("journal.json: %d", got.status)
	}
	var j recorded
	if err := json.Unmarshal([]byte(got.body), &j); err != nil {
		t.Fatalf("journal.json: %v", err)
	}
	if len(j.Exchanges) != n {
		t.Fatalf("journal.json has %d exchanges, want %d", len(j.Exchanges), n)
	}
	return j
}

// numbered returns the exchange with a number.
func (j recorded) numbered(t rapid.TB, n int) exchange {
	t.Helper()
	for _, x := range j.Exchanges {
		if x.Number == n {
			return x
		}
	}
	t.Fatalf("journal.json has no exchange %d", n)
	return exchange{}
}

// event returns the events of a kind.
func (x exchange) events(kind string) (list []map[string]any) {
	for _, e := range x.Events {
		if e["kind"] == kind {
			list = append(list, e)
		}
	}
	return list
}
