package lab_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"authlab/lab/journal"
	"authlab/lab/plot"
)

// harSchemas are the published schemas of HAR 1.2. They are no part of the
// repository; without them the tests' own assertions have to do.
const harSchemas = "../../shared/conformance/har"

// mustBeHAR holds an archive against the schemas, where they are.
func mustBeHAR(t *testing.T, archive string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(harSchemas, "*.json"))
	if err != nil || len(files) == 0 {
		t.Log("the HAR schemas are not here; the archive is not held against them")
		return
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft6)
	c.AssertFormat()
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(f)
		if err == nil {
			err = c.AddResource("https://schemas.test/"+filepath.Base(file), withoutID(doc))
		}
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	schema, err := c.Compile("https://schemas.test/har.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(archive))
	if err != nil {
		t.Fatalf("the archive is not JSON: %v", err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("the archive is no HAR 1.2: %v", err)
	}
}

// withoutID removes a schema's own name, so that it goes by the address that it
// was added under: the published names are relative and mean nothing alone.
func withoutID(doc any) any {
	if m, ok := doc.(map[string]any); ok {
		delete(m, "$id")
	}
	return doc
}

// har is an archive as somebody else's program would read it.
type har struct {
	Log struct {
		Version string
		Creator struct{ Name, Version string }
		Pages   []struct{ ID, Title string }
		Entries []harEntry
	}
}

type harEntry struct {
	Pageref string
	Time    float64
	Request struct {
		Method, URL, HTTPVersion string
		Headers, Cookies         []struct{ Name, Value string }
		PostData                 *struct{ MimeType, Text, Encoding string }
		HeadersSize, BodySize    int64
	}
	Response struct {
		Status                int
		StatusText            string
		Headers               []struct{ Name, Value string }
		Content               struct{ Size, MimeType, Text, Encoding any }
		RedirectURL           string
		HeadersSize, BodySize int64
	}
	AuthLab struct {
		Exchange          int
		Flow, By          string
		Step              *int
		Request, Response message
	} `json:"_authlab"`
}

func (v *visitor) har(t *testing.T, path string) har {
	t.Helper()
	got := v.get(t, v.path(path))
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %d, %s", path, got.status, got.header.Get("Content-Type"))
	}
	mustBeHAR(t, got.body)
	var h har
	if err := json.Unmarshal([]byte(got.body), &h); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return h
}

// TestTheArchiveCarriesTheSameBytes compares the whole lesson's HAR with
// journal.json.
func TestTheArchiveCarriesTheSameBytes(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	n := len(v.bench(t).Journal().Exchanges)
	for _, request := range byHand(v) {
		n++
		v.w.ask(t, request)
		v.await(t, n)
	}
	j, h := v.journal(t, n), v.har(t, "/export.har")
	if h.Log.Version != "1.2" || h.Log.Creator.Name != "AuthLab" || h.Log.Creator.Version == "" || len(h.Log.Entries) != n || len(h.Log.Pages) != 7 {
		t.Fatalf("the archive is %s by %+v with %d entries and pages %v", h.Log.Version, h.Log.Creator, len(h.Log.Entries), h.Log.Pages)
	}
	for i, e := range h.Log.Entries {
		x := j.Exchanges[i]
		a := e.AuthLab
		if a.Exchange != x.Number || a.Flow != x.Flow || a.By != x.By || fmt.Sprint(deref(a.Step)) != fmt.Sprint(deref(x.Step)) {
			t.Errorf("entry %d is %+v, want exchange %d, %s, %s", i, a, x.Number, x.Flow, x.By)
		}
		sameMessage(t, a.Request, x.Request)
		sameMessage(t, a.Response, x.Response)
		if sum := e.Request.HeadersSize + e.Request.BodySize; sum != x.Request.Length {
			t.Errorf("exchange %d: the request's sizes are %d and %d, want %d bytes", x.Number, e.Request.HeadersSize, e.Request.BodySize, x.Request.Length)
		}
		interim := int64(bytes.Index(x.Response.Bytes, []byte("HTTP/1.1 "+fmt.Sprint(e.Response.Status))))
		if sum := e.Response.HeadersSize + e.Response.BodySize; sum != x.Response.Length-max(interim, 0) {
			t.Errorf("exchange %d: the response's sizes are %d and %d, want %d bytes", x.Number, e.Response.HeadersSize, e.Response.BodySize, x.Response.Length)
		}
		if e.Response.Status != x.Verdict.Answered || (e.Pageref == "") != (x.Step == nil) || e.Time != float64(x.Duration)/1e6 {
			t.Errorf("exchange %d: status %d on page %q after %v ms", x.Number, e.Response.Status, e.Pageref, e.Time)
		}
	}
}

func deref(step *int) int {
	if step == nil {
		return plot.NoStep
	}
	return *step
}

func sameMessage(t *testing.T, got, want message) {
	t.Helper()
	if !bytes.Equal(got.Bytes, want.Bytes) || got.Length != want.Length || got.Truncated != want.Truncated || got.Complete != want.Complete {
		t.Errorf("the archive has %+v, the journal %+v", got, want)
	}
}

// exportRoutes are all exports of a bench with their media types and, for
// downloads, names.
var exportRoutes = []struct{ path, kind, name string }{
	{"/export.har", "application/json", "authlab-bench.har"}, {"/export.har?step=5", "application/json", "authlab-step-5.har"}, {"/exchanges/1/har", "application/json", "authlab-exchange-1.har"},
	{"/export.http", "text/plain; charset=utf-8", "authlab-bench.http"}, {"/export.http?step=0", "text/plain; charset=utf-8", "authlab-step-0.http"}, {"/exchanges/1/http", "text/plain; charset=utf-8", "authlab-exchange-1.http"},
	{"/export.zip", "application/zip", "authlab-bench.zip"}, {"/export.zip?step=10", "application/zip", "authlab-step-10.zip"},
	{"/curl", "text/plain; charset=utf-8", ""}, {"/curl?step=1", "text/plain; charset=utf-8", ""}, {"/exchanges/1/curl", "text/plain; charset=utf-8", ""},
	{"/exchanges/1/request", "application/octet-stream", "authlab-exchange-1-request.http"}, {"/exchanges/1/response", "application/octet-stream", "authlab-exchange-1-response.http"},
	{"/handout", "text/html; charset=utf-8", ""}, {"/handout?step=8", "text/html; charset=utf-8", ""},
}

// TestExportsSayWhatTheyAre asks for every export before and after the lesson.
func TestExportsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	empty, full := w.visit(t), w.visit(t)
	full.walk(t, nil)
	for _, e := range exportRoutes {
		for _, v := range []*visitor{empty, full} {
			got := v.get(t, v.path(e.path))
			if v == empty && strings.Contains(e.path, "/exchanges/") {
				if got.status != http.StatusNotFound || !strings.Contains(got.body, "No such exchange") {
					t.Errorf("%s of an empty bench: %d", e.path, got.status)
				}
				continue
			}
			disposition := ""
			if e.name != "" {
				disposition = `attachment; filename="` + e.name + `"`
			}
			if got.status != http.StatusOK || got.header.Get("Content-Type") != e.kind || got.header.Get("Content-Disposition") != disposition {
				t.Errorf("%s: %d, %s, %s", e.path, got.status, got.header.Get("Content-Type"), got.header.Get("Content-Disposition"))
			}
			if got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: kept by caches, or sniffed: %v", e.path, got.header)
			}
			if said := strings.Contains(textOf(t, e.kind, got.body), "Nothing has been sent yet."); said != (v == empty) {
				t.Errorf("%s says that nothing was sent: %v, of an empty bench: %v", e.path, said, v == empty)
			}
		}
	}
	if h := empty.har(t, "/export.har"); h.Log.Pages == nil || h.Log.Entries == nil || len(h.Log.Entries) != 0 {
		t.Errorf("the archive of an empty bench is %+v", h)
	}
}

// textOf is an export's text, that of all files where it is a ZIP.
func textOf(t *testing.T, kind, body string) string {
	t.Helper()
	if kind != "application/zip" {
		return body
	}
	var all strings.Builder
	for name, content := range unzipped(t, body) {
		all.WriteString(name + "\n" + content)
	}
	return all.String()
}

func unzipped(t *testing.T, body string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(b)
	}
	return files
}

// TestExportsOfAStep selects by step; a step that looks again has the exchanges
// of the one that it looks at.
func TestExportsOfAStep(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	for step, want := range map[int]int{0: 2, 1: 4, 2: 4, 3: 4, 4: 4, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2, 10: 4} {
		at := fmt.Sprintf("?step=%d", step)
		h := v.har(t, "/export.har"+at)
		for _, e := range h.Log.Entries {
			if deref(e.AuthLab.Step) != plot.LooksAt(step) {
				t.Errorf("step %d has exchange %d of step %d", step, e.AuthLab.Exchange, deref(e.AuthLab.Step))
			}
		}
		files := unzipped(t, v.get(t, v.path("/export.zip"+at)).body)
		commands := strings.Count(v.get(t, v.path("/curl"+at)).body, "\ncurl -i ")
		requests := strings.Count(v.get(t, v.path("/export.http"+at)).body, "\n# @name ")
		sheets := strings.Count(v.get(t, v.path("/handout"+at)).body, `class="ran `)
		if len(h.Log.Entries) != want || len(files) != 2*want+1 || commands != want || requests != want || sheets != want {
			t.Errorf("step %d: %d entries, %d files, %d commands, %d requests, %d on the handout; want %d", step, len(h.Log.Entries), len(files), commands, requests, sheets, want)
		}
	}
}

// TestTheBytesComeBack reads the messages out of the ZIP and the downloads.
func TestTheBytesComeBack(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	n := len(v.bench(t).Journal().Exchanges)
	files := unzipped(t, v.get(t, v.path("/export.zip")).body)
	for _, x := range v.journal(t, n).Exchanges {
		for part, m := range map[string]message{"request": x.Request, "response": x.Response} {
			name := fmt.Sprintf("%03d-%s-%s.http", x.Number, x.Flow, part)
			if files[name] != string(m.Bytes) {
				t.Errorf("%s has %d bytes, want %d", name, len(files[name]), len(m.Bytes))
			}
			if !strings.Contains(files["contents.txt"], fmt.Sprintf("%s: %d bytes.", name, len(m.Bytes))) {
				t.Errorf("contents.txt does not list %s", name)
			}
			if got := v.get(t, fmt.Sprintf("%s/exchanges/%d/%s", v.path(""), x.Number, part)).body; got != string(m.Bytes) {
				t.Errorf("the %s of exchange %d has %d bytes, want %d", part, x.Number, len(got), len(m.Bytes))
			}
		}
	}
}

// TestNoSuchSelection names steps and exchanges that are not there.
func TestNoSuchSelection(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.logIn(t, reader)
	v.await(t, 2)
	for path, want := range map[string]string{
		"/export.har?step=11": "There is no such step", "/export.http?step=-1": "There is no such step", "/export.zip?step=x": "There is no such step", "/curl?step=1e1": "There is no such step", "/handout?step=99": "There is no such step",
		"/exchanges/3/har": "No such exchange", "/exchanges/0/http": "No such exchange", "/exchanges/-1/curl": "No such exchange", "/exchanges/x/request": "No such exchange", "/exchanges/99999999999999999999/response": "No such exchange",
		"/exchanges/1/tar": "There is no such page",
	} {
		got := v.get(t, v.path(path))
		if got.status != http.StatusNotFound || !strings.Contains(got.body, want) || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, %.60q", path, got.status, got.body)
		}
	}
}

// TestExportsHoldNoSecretOfTheLab looks for what only the server has: the key
// and the stored records, in the spellings in which they could slip out.
func TestExportsHoldNoSecretOfTheLab(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, func(step int, _ []*journal.Exchange) {
		if step != plot.Role {
			return
		}
		b := v.bench(t)
		secrets := map[string][]byte{"the key": b.State(journal.Token).Keys[0].Secret, "a record": b.State(journal.Session).Records[0].Bytes}
		if whole := v.get(t, v.path("/journal.json")).body; !strings.Contains(whole, base64.StdEncoding.EncodeToString(secrets["the key"])) {
			t.Error("journal.json has no key, so this test shows nothing")
		}
		for _, e := range exportRoutes {
			text := textOf(t, e.kind, v.get(t, v.path(e.path)).body)
			for name, secret := range secrets {
				for _, spelled := range spellings(secret) {
					if strings.Contains(text, spelled) {
						t.Errorf("%s holds %s as %.20q", e.path, name, spelled)
					}
				}
			}
		}
	})
}

// spellings are the forms of a secret that a search can find, at each of the
// three places that it can have in a longer base64 text.
func spellings(secret []byte) []string {
	list := []string{string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret))}
	for shift := range 3 {
		s := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		s = strings.TrimRight(s, "=")
		s = s[(shift*8+5)/6 : len(s)-1]
		list = append(list, s, strings.NewReplacer("+", "-", "/", "_").Replace(s))
	}
	return list
}

// TestBenchPathsAreKept holds that an export leads to the bench that it is of.
func TestBenchPathsAreKept(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	own := "http://" + v.w.addr + v.path("/session/login")
	for _, path := range []string{"/export.har", "/export.http", "/curl", "/handout"} {
		want := own
		if path == "/handout" {
			want = v.path("/session/login")
		}
		if !strings.Contains(v.get(t, v.path(path)).body, want) {
			t.Errorf("%s does not name %s", path, want)
		}
	}
}

// TestPagesOfferWhatCanBeTakenAway finds on the pages the commands that the
// exports have, and links to every form.
func TestPagesOfferWhatCanBeTakenAway(t *testing.T) {
	t.Parallel()
	v := startLab(t, lifted).visit(t)
	v.walk(t, nil)
	step, bench, one := "?step=5", "", "/exchanges/7"
	for _, p := range []struct {
		path     string
		commands int
		links    []string
	}{
		{step, 2, []string{"/export.har" + step, "/export.http" + step, "/export.zip" + step, "/curl" + step, "/handout" + step, "/export.har" + bench, "/export.http" + bench, "/export.zip" + bench, "/curl" + bench, "/handout" + bench}},
		{step + "&fragment=live", 2, []string{"/export.har" + step}},
		{one, 1, []string{one + "/har", one + "/http", one + "/curl", one + "/request", one + "/response"}},
	} {
		page := tree(t, v.get(t, v.path(p.path)).body)
		commands := all(page, "pre.command")
		if len(commands) != p.commands {
			t.Errorf("%s shows %d commands, want %d", p.path, len(commands), p.commands)
		}
		for _, pre := range commands {
			number := strings.TrimPrefix(attribute(pre, "id"), "take-")
			want := v.get(t, v.path("/exchanges/"+number+"/curl")).body
			if got := pre.FirstChild.Data; !strings.HasPrefix(got, "curl -i ") || !strings.Contains(want, got+"\n") {
				t.Errorf("%s shows %q, the export is %q", p.path, got, want)
			}
			if len(all(page, "[data-copy="+attribute(pre, "id")+"]")) != 1 {
				t.Errorf("%s has no button to copy the command of exchange %s", p.path, number)
			}
		}
		for _, link := range p.links {
			if len(all(page, `.tools a[href="`+v.path(link)+`"]`)) != 1 {
				t.Errorf("%s has no link to %s", p.path, link)
			}
		}
	}
}
