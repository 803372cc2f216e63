package client

import (
	"fmt"
	"testing"

	"authlab/lab/journal"
)

func sentWith(agent, peer, more string) *journal.Exchange {
	return &journal.Exchange{
		Flow: journal.Session, By: journal.Visitor, Peer: peer, Reached: true,
		Request: journal.Message{Bytes: fmt.Appendf(nil, "GET /bench/B/session/profile HTTP/1.1\r\nHost: a\r\nUser-Agent: %s\r\n%s\r\n", agent, more)},
	}
}

// Who has sent an exchange is said by what is known of it, and no more.
func TestSender(t *testing.T) {
	const chromium, firefox = "Mozilla/5.0 Chrome/156.0 Safari/537.36", "Mozilla/5.0 Firefox/153.0"
	me := Client{Agent: chromium, Peer: "10.0.0.1", Page: "mine"}
	copied := sentWith("authlab-replay", "127.0.0.1", "")
	copied.By = journal.Replay
	for _, c := range []struct {
		name   string
		x      *journal.Exchange
		page   string
		viewer Client
		want   string
	}{
		{"this page", sentWith(chromium, "10.0.0.1", ""), "mine", me, "you"},
		{"another page of this browser", sentWith(chromium, "10.0.0.1", ""), "other", me, "another tab of yours"},
		{"an app in a tab of its own", sentWith(chromium, "10.0.0.1", "Sec-Fetch-Dest: document\r\n"), "", me, "another tab of yours"},
		{"a frame's style sheet", sentWith(chromium, "10.0.0.1", "Sec-Fetch-Dest: style\r\n"), "", me, "your browser"},
		{"a page of this browser, before it has said its name", sentWith(chromium, "10.0.0.1", ""), "mine", Client{Agent: chromium, Peer: "10.0.0.1"}, "you"},
		{"the same browser, scripts off", sentWith(chromium, "10.0.0.1", ""), "", Client{Agent: chromium, Peer: "10.0.0.1"}, "your browser"},
		{"another browser", sentWith(firefox, "10.0.0.1", ""), "", me, "another browser: Firefox"},
		{"the same kind elsewhere", sentWith(chromium, "10.0.0.2", ""), "", me, "another browser: Chromium"},
		{"curl", sentWith("curl/8.5.0 (linux)", "10.0.0.1", ""), "", me, "another client: curl/8.5.0"},
		{"nobody", sentWith("", "10.0.0.1", ""), "", me, "another client, which does not say what it is"},
		{"a copy", copied, "", me, "another client, with a copy"},
	} {
		if got := c.viewer.Sender(c.x, c.page); got != c.want {
			t.Errorf("%s: sent by %q, want %q", c.name, got, c.want)
		}
	}
}

// What a browser holds follows from its own exchanges alone.
func TestOwn(t *testing.T) {
	xs := []*journal.Exchange{sentWith("A", "1", ""), sentWith("B", "1", ""), sentWith("A", "2", ""), sentWith("A", "1", "")}
	xs[3].By = journal.Replay
	if own := (Client{Agent: "A", Peer: "1"}).Own(xs, func(*journal.Exchange) string { return "" }); len(own) != 1 || own[0] != xs[0] {
		t.Errorf("of four exchanges %d are the browser's own", len(own))
	}
}
