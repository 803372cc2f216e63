package lab

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
	"authlab/lab/page"
)

// published are the article's pages, rendered once at start for each view. They
// are the same for everybody, so they make no state and are cached by their
// validators (RFC 9110, section 13).
type published map[string]rendered

type rendered struct {
	body []byte
	etag string // weak, because the bytes differ once they are compressed
}

// publish renders the article.
func (l *Lab) publish() (published, error) {
	out := published{}
	for _, view := range page.Views {
		if err := l.publishView(out, view); err != nil {
			return nil, fmt.Errorf("render the article: %w", err)
		}
	}
	return out, nil
}

func (l *Lab) publishView(out published, view string) error {
	all, err := l.learnAll(view)
	if err != nil {
		return err
	}
	pages := map[string]templ.Component{"/learn/all": page.Learn(all)}
	contents := all
	contents.Chrome = l.chrome("How web logins work: AuthLab")
	contents.Here = "learn"
	pages["/learn"] = page.Contents(contents)
	for i := range l.content.Chapters {
		v, err := l.learnChapter(i, view)
		if err != nil {
			return err
		}
		pages["/learn/"+l.content.Chapters[i].Slug] = page.Learn(v)
	}
	compare, err := l.compareView(view)
	if err != nil {
		return err
	}
	pages["/compare"] = page.Compare(compare)
	pairs, err := l.pairsView(view)
	if err != nil {
		return err
	}
	pages["/compare/code"] = page.Pairs(pairs)
	glossary, err := l.glossaryView()
	if err != nil {
		return err
	}
	pages["/glossary"] = page.Glossary(glossary)
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

func (l *Lab) articleChrome(title, here, path, view string) page.Chrome {
	c := l.chrome(title + ": AuthLab")
	c.Here = here
	return c.WithToggle(path, view)
}

// chapterLinks lists the chapters, current marked.
func (l *Lab) chapterLinks(current, view string) (links []page.ChapterLink, minutes int) {
	for _, c := range l.content.Chapters {
		links = append(links, page.ChapterLink{
			Number: c.Number, Minutes: c.Minutes(), Slug: c.Slug, Title: c.Title, Summary: c.Summary,
			Href: page.WithView("/learn/"+c.Slug, view), Current: c.Slug == current,
		})
		minutes += c.Minutes()
	}
	return links, minutes
}

func (l *Lab) learnChapter(i int, view string) (page.LearnView, error) {
	c := l.content.Chapters[i]
	chapter, err := l.sampleSetting("c", view).chapter(c, false)
	if err != nil {
		return page.LearnView{}, err
	}
	links, minutes := l.chapterLinks(c.Slug, view)
	v := page.LearnView{
		Chrome: l.articleChrome(c.Title, "learn", "/learn/"+c.Slug, view),
		Links:  links, Chapters: []page.Chapter{chapter}, Minutes: minutes, AllHref: page.WithView("/learn/all", view),
	}
	if i > 0 {
		v.Prev = &links[i-1]
	}
	if i+1 < len(links) {
		v.Next = &links[i+1]
	}
	return v, nil
}

func (l *Lab) learnAll(view string) (page.LearnView, error) {
	links, minutes := l.chapterLinks("", view)
	v := page.LearnView{
		Chrome: l.articleChrome("The whole article", "learn", "/learn/all", view),
		Links:  links, Minutes: minutes, AllHref: page.WithView("/learn/all", view), Heading: "How web logins work",
	}
	for _, c := range l.content.Chapters {
		chapter, err := l.sampleSetting(c.Slug, view).chapter(c, true)
		if err != nil {
			return v, err
		}
		v.Chapters = append(v.Chapters, chapter)
	}
	return v, nil
}

func (l *Lab) compareView(view string) (page.CompareView, error) {
	v := page.CompareView{Chrome: l.articleChrome("Sessions and tokens, side by side", "compare", "/compare", view)}
	for i, f := range l.content.Compare {
		set := page.Feature{Number: i + 1, Name: f.Name, Anchor: f.Anchor}
		s := l.sampleSetting(f.Anchor, view)
		for _, to := range []struct {
			from content.Passage
			to   *[]page.Part
		}{{f.Stateful, &set.Stateful}, {f.Stateless, &set.Stateless}, {f.Always, &set.Always}, {f.Depends, &set.Depends}} {
			parts, err := s.passage(to.from)
			if err != nil {
				return v, fmt.Errorf("%s: %w", f.Source, err)
			}
			*to.to = parts
		}
		for _, p := range f.Proofs {
			body, err := s.passage(p.Body)
			if err != nil {
				return v, fmt.Errorf("%s: %w", f.Source, err)
			}
			set.Proofs = append(set.Proofs, page.Proof{
				Step: page.ChapterStep{Number: p.Step, Title: l.steps[p.Step].Title, Href: s.step(p.Step)}, Parts: body,
			})
		}
		v.Features = append(v.Features, set)
	}
	return v, nil
}

func (l *Lab) glossaryView() (page.GlossaryView, error) {
	c := l.chrome("Glossary: AuthLab")
	c.Here = "glossary"
	v := page.GlossaryView{Chrome: c}
	s := l.sampleSetting("g", page.ViewBoth)
	for _, t := range l.content.Glossary {
		parts, err := s.passage(t.Body)
		if err != nil {
			return v, fmt.Errorf("%s: %w", t.Source, err)
		}
		v.Terms = append(v.Terms, page.Term{Name: t.Name, Anchor: t.Anchor, Text: parts})
	}
	reading, err := s.passage(l.content.Reading)
	v.Reading = reading
	return v, err
}

// read is GET /learn, /learn/{chapter}, /compare, /compare/code and /glossary: the
// article.
func (l *Lab) read(w http.ResponseWriter, r *http.Request) error {
	p, ok := l.published[r.URL.Path+"?"+page.ValidView(r.FormValue("view"))]
	if !ok {
		return &failure{
			status: http.StatusNotFound, heading: "There is no such chapter",
			text: "The article’s contents are at /learn.",
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "public, no-cache") // keep it, but ask whether it is still right
	h.Del("X-Robots-Tag")
	h.Set("ETag", p.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.body))
	return nil
}

// maxHits is how many places a search shows.
const maxHits = 30

// search is GET /search?q=: where the article and the glossary speak of
// something.
func (l *Lab) search(w http.ResponseWriter, r *http.Request) error {
	return l.render(w, http.StatusOK, page.Search(l.searchView(strings.TrimSpace(r.FormValue("q")))), r)
}

func (l *Lab) searchView(query string) page.SearchView {
	c := l.chrome("Search: AuthLab")
	c.Here = "learn"
	v := page.SearchView{Chrome: c, Query: query}
	if query == "" {
		v.Note = "Type a word or two: cookie, expiry, CSRF."
		return v
	}
	for _, h := range l.content.Index.Search(query, maxHits) {
		where := map[string]string{"chapter": h.In, "term": "Glossary", "step": "Step of the lesson"}[h.Kind]
		v.Hits = append(v.Hits, page.Hit{Title: h.Title, Where: where, Href: h.Href, Snippet: page.HTML(h.Snippet)})
	}
	switch len(v.Hits) {
	case 0:
		v.Note = "Nothing speaks of that. Try fewer or other words; parts of words are found from their beginning."
	case maxHits:
		v.Note = fmt.Sprintf("The first %d places. Another word narrows it.", maxHits)
	}
	return v
}
