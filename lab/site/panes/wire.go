package panes

import (
	"fmt"
	"strconv"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/site/page"
)

// WireView is one message as it crossed the connection.
type WireView struct {
	Kind   string // "Request" or "Response"
	ID     string // unique on the page
	Badge  string // "captured bytes, 565 B"
	Note   string // what is unusual, or ""
	Rows   []Row
	Copied bool   // sent by another client, with a copied credential
	Absent string // what is written where there is no message
	Gloss  []page.GlossView
	Window Window // what is shown of it
	Rest   *Rest  // of a message that is not shown as a whole, else nil
}

// Row is a line at full strength and the lines folded after it.
type Row struct {
	Lead   page.LineView
	Folded []page.LineView
	Fold   string // "+ 9 more headers", "" where nothing is folded
	Unfold string // "fold 9 headers"
}

// newWire lays out what a window shows of a message. prefix makes its ids unique on
// the page.
func newWire(kind, prefix string, m journal.Message, taken explain.Message, shows Window) WireView {
	w := WireView{Kind: kind, ID: prefix, Note: taken.Note, Badge: badge(m), Window: shows, Rest: newRest(m, taken, shows)}
	g := page.NewGlosses(prefix)
	for _, line := range taken.Lines {
		line, any := shows.clip(line)
		if line.Kind == explain.BlankLine || !any {
			continue
		}
		view := g.Line(m.Bytes, line)
		if len(w.Rows) > 0 && !line.Notable && line.Kind == explain.HeaderLine {
			last := &w.Rows[len(w.Rows)-1]
			last.Folded = append(last.Folded, view)
			continue
		}
		w.Rows = append(w.Rows, Row{Lead: view})
	}
	for i := range w.Rows {
		w.Rows[i].name()
	}
	w.Gloss = g.List
	return w
}

func (r *Row) name() {
	if n := len(r.Folded); n > 0 {
		r.Fold = "+ " + strconv.Itoa(n) + " more"
		r.Unfold = "fold " + strconv.Itoa(n)
	}
}

func badge(m journal.Message) string {
	s := "captured bytes, " + page.Size(m.Length)
	if m.Truncated {
		s += fmt.Sprintf(", first %s kept", page.Size(int64(len(m.Bytes))))
	}
	if !m.Complete {
		s += ", cut off"
	}
	return s
}
