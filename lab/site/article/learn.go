package article

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"authlab/content"
	"authlab/lab/journal"
	"authlab/lab/site/page"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
)

// published are the article's pages, rendered once at start for each view. They
// are the same for everybody, so they make no state and are cached by their
// validators (RFC 9110, section 13).
type published map[string]rendered

type rendered struct {
	Body []byte
	etag string // weak, because the bytes differ once they are compressed
}

// publish renders the article.
func (a *Pages) publish() (published, error) {
	out := published{}
	for _, view := range page.ViewsOf(journal.Lesson) {
		if err := a.publishView(out, view); err != nil {
			return nil, fmt.Errorf("render the article: %w", err)
		}
	}
	return out, nil
}

func (a *Pages) publishView(out published, view string) error {
	all, err := a.learnAll(view)
	if err != nil {
		return err
	}
	pages := map[string]templ.Component{"/learn/all": Learn(all)}
	contents := all
	contents.Chrome = a.Chrome("How web logins work: AuthLab")
	contents.Here = "learn"
	pages["/learn"] = Contents(contents)
	for i := range a.content.Chapters {
		v, err := a.LearnChapter(i, view)
		if err != nil {
			return err
		}
		pages["/learn/"+a.content.Chapters[i].Slug] = Learn(v)
	}
	compare, err := a.CompareView(view)
	if err != nil {
		return err
	}
	pages["/compare"] = Compare(compare)
	pairs, err := a.PairsView(view)
	if err != nil {
		return err
	}
	pages["/compare/code"] = panes.Pairs(pairs)
	glossary, err := a.GlossaryView()
	if err != nil {
		return err
	}
	pages["/glossary"] = Glossary(glossary)
	for path, c := range pages {
		var b bytes.Buffer
		if err := c.Render(context.Background(), &b); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		sum := sha256.Sum256(b.Bytes())
		out[path+"?"+view] = rendered{b.Bytes(), `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	}
	return nil
}

func (a *Pages) articleChrome(title, here, path, view string) page.Chrome {
	c := a.Chrome(title + ": AuthLab")
	c.Here = here
	return c.WithToggle(path, view)
}

// chapterLinks lists the chapters, current marked.
func (a *Pages) chapterLinks(current, view string) (links []ChapterLink, minutes int) {
	for _, c := range a.content.Chapters {
		links = append(links, ChapterLink{
			Number: c.Number, Minutes: c.Minutes(), Slug: c.Slug, Title: c.Title, Summary: c.Summary,
			Href: page.WithView("/learn/"+c.Slug, view), Current: c.Slug == current,
		})
		minutes += c.Minutes()
	}
	return links, minutes
}

// LearnChapter is the page of the chapter at an index, in a view. It fails where its
// texts name what there is not.
func (a *Pages) LearnChapter(i int, view string) (LearnView, error) {
	c := a.content.Chapters[i]
	chapter, err := a.SampleSetting("c", view).chapter(c, false)
	if err != nil {
		return LearnView{}, err
	}
	links, minutes := a.chapterLinks(c.Slug, view)
	v := LearnView{
		Chrome: a.articleChrome(c.Title, "learn", "/learn/"+c.Slug, view),
		Links:  links, Chapters: []page.ChapterView{chapter}, Minutes: minutes, AllHref: page.WithView("/learn/all", view),
	}
	if i > 0 {
		v.Prev = &links[i-1]
	}
	if i+1 < len(links) {
		v.Next = &links[i+1]
	}
	return v, nil
}

func (a *Pages) learnAll(view string) (LearnView, error) {
	links, minutes := a.chapterLinks("", view)
	v := LearnView{
		Chrome: a.articleChrome("The whole article", "learn", "/learn/all", view),
		Links:  links, Minutes: minutes, AllHref: page.WithView("/learn/all", view), Heading: "How web logins work",
	}
	for _, c := range a.content.Chapters {
		chapter, err := a.SampleSetting(c.Slug, view).chapter(c, true)
		if err != nil {
			return v, err
		}
		v.Chapters = append(v.Chapters, chapter)
	}
	return v, nil
}

// CompareView is the page of the comparison, in a view, with the same errors.
func (a *Pages) CompareView(view string) (CompareView, error) {
	v := CompareView{Chrome: a.articleChrome("Sessions and tokens, side by side", "compare", "/compare", view)}
	for i, f := range a.content.Compare {
		set := FeatureView{Number: i + 1, Name: f.Name, Anchor: f.Anchor}
		s := a.SampleSetting(f.Anchor, view)
		for _, to := range []struct {
			from content.Passage
			to   *[]page.Part
		}{{f.Stateful, &set.Stateful}, {f.Stateless, &set.Stateless}, {f.Always, &set.Always}, {f.Depends, &set.Depends}} {
			parts, err := s.Passage(to.from)
			if err != nil {
				return v, fmt.Errorf("%s: %w", f.Source, err)
			}
			*to.to = parts
		}
		for _, p := range f.Proofs {
			body, err := s.Passage(p.Body)
			if err != nil {
				return v, fmt.Errorf("%s: %w", f.Source, err)
			}
			set.Proofs = append(set.Proofs, FeatureProof{
				Step: page.ChapterStep{Number: p.Step, Title: a.steps[p.Step].Title, Href: s.step(p.Step)}, Parts: body,
			})
		}
		v.Features = append(v.Features, set)
	}
	return v, nil
}

// GlossaryView is the page of the glossary, with the same errors.
func (a *Pages) GlossaryView() (GlossaryView, error) {
	c := a.Chrome("Glossary: AuthLab")
	c.Here = "glossary"
	v := GlossaryView{Chrome: c}
	s := a.SampleSetting("g", page.ViewBoth)
	for _, t := range a.content.Glossary {
		parts, err := s.Passage(t.Body)
		if err != nil {
			return v, fmt.Errorf("%s: %w", t.Source, err)
		}
		v.Terms = append(v.Terms, TermView{Name: t.Name, Anchor: t.Anchor, Text: parts})
	}
	reading, err := s.Passage(a.content.Reading)
	v.Reading = reading
	return v, err
}

// Read is GET /learn, /learn/{chapter}, /compare, /compare/code and /glossary: the
// article.
func (a *Pages) Read(w http.ResponseWriter, r *http.Request) error {
	p, ok := a.Published[r.URL.Path+"?"+page.ValidView(r.FormValue("view"), journal.Lesson)]
	if !ok {
		return &web.VisitorError{
			Status: http.StatusNotFound, Heading: "There is no such chapter",
			Text: "The article’s contents are at /learn.",
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "public, no-cache") // keep it, but ask whether it is still right
	h.Del("X-Robots-Tag")
	h.Set("ETag", p.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.Body))
	return nil
}

// maxHits is how many places a search shows.
const maxHits = 30

// Search is GET /search?q=: where the article and the glossary speak of
// something.
func (a *Pages) Search(w http.ResponseWriter, r *http.Request) error {
	return a.Render(w, http.StatusOK, Search(a.SearchView(strings.TrimSpace(r.FormValue("q")))), r)
}

// SearchView is the page of a search for words; "" asks for none.
func (a *Pages) SearchView(query string) SearchView {
	c := a.Chrome("Search: AuthLab")
	c.Here = "learn"
	v := SearchView{Chrome: c, Query: query}
	if query == "" {
		v.Note = "Type a word or two: cookie, expiry, CSRF."
		return v
	}
	for _, h := range a.content.Index.Search(query, maxHits) {
		where := map[string]string{"chapter": h.In, "term": "Glossary", "step": "Step of the lesson"}[h.Kind]
		v.Hits = append(v.Hits, Hit{Title: h.Title, Where: where, Href: h.Href, Snippet: page.HTML(h.Snippet)})
	}
	switch len(v.Hits) {
	case 0:
		v.Note = "Nothing speaks of that. Try fewer or other words; parts of words are found from their beginning."
	case maxHits:
		v.Note = fmt.Sprintf("The first %d places. Another word narrows it.", maxHits)
	}
	return v
}
