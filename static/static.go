// Package static holds what browsers fetch besides pages: style sheets, scripts,
// fonts and the icon, embedded in the binary.
//
// One hash of the whole tree stands in the path (/static/{hash}/…), so that every
// file can be cached for ever and relative imports between scripts keep working.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"authlab/lab/coding"
)

//go:embed css/*.css js/*.js fonts/*.woff2 fonts/*.txt icon.svg
var files embed.FS

// sheets are the style sheets in the order in which they are joined into
// site.css. The order of the cascade's layers is said in the first.
var sheets = []string{
	"tokens", "reset", "base", "inks", "frames", "parts", "diagram", "lab", "bench", "knobs", "article", "learn", "front", "inspect", "cookie", "dev", "take", "check", "class", "join", "states", "print",
}

// roomSheets are joined into room.css, which an instructor's windows and the operator's
// page have beside site.css: no other page needs it.
var roomSheets = []string{"projector", "instruct", "operator"}

// pairsSheets are joined into pairs.css, which the page of both apps' code has beside
// site.css: the bench's first load has no room for it.
var pairsSheets = []string{"pairs"}

// Assets serves the embedded files. It is an http.Handler for the paths below
// Path.
type Assets struct {
	hash  string
	files map[string]asset
}

type asset struct {
	kind          string
	plain, packed []byte // packed is nil where compressing does not pay
}

// New reads and compresses the embedded files. It fails only if the binary was
// put together wrongly: a style sheet that is named but missing, say.
func New() (*Assets, error) {
	a := &Assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		sum.Write(fmt.Appendf(b[:len(b):len(b)], "\n%s\n", name))
		if path.Ext(name) != ".css" {
			return a.add(name, b)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	for name, list := range map[string][]string{"site.css": sheets, "room.css": roomSheets, "pairs.css": pairsSheets} {
		joined, err := join(list)
		if err != nil {
			return nil, err
		}
		if err := a.add(name, joined); err != nil {
			return nil, err
		}
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return a, nil
}

// join puts style sheets together, in order.
func join(list []string) ([]byte, error) {
	var site bytes.Buffer
	for _, name := range list {
		b, err := files.ReadFile("css/" + name + ".css")
		if err != nil {
			return nil, fmt.Errorf("join style sheets: %w", err)
		}
		site.Write(b)
	}
	return site.Bytes(), nil
}

func (a *Assets) add(name string, b []byte) error {
	f := asset{kind: mime.TypeByExtension(path.Ext(name)), plain: b}
	switch path.Ext(name) {
	case ".woff2":
		f.kind = "font/woff2"
	case ".js":
		f.kind = "text/javascript; charset=utf-8"
	case ".css":
		f.kind = "text/css; charset=utf-8"
	case ".txt":
		f.kind = "text/plain; charset=utf-8"
	}
	if path.Ext(name) != ".woff2" {
		packed, err := pack(b)
		if err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		f.packed = packed
	}
	a.files[name] = f
	return nil
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// policy is for a file that is opened as a page of its own, as the icon can be: it
// may load nothing, and stand in no frame.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Path is the path below which the files are, without a closing slash:
// "/static/{hash}".
func (a *Assets) Path() string { return "/static/" + a.hash }

// ServeHTTP answers with a file, compressed where the client accepts gzip, and
// cached for a year: another tree has another path.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin") // of what a style sheet or a script fetches
	f, ok := a.files[strings.TrimPrefix(r.URL.Path, a.Path()+"/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.plain
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if coding.Gzip(r.Header) {
			h.Set("Content-Encoding", "gzip")
			body = f.packed
			h.Set("Content-Length", strconv.Itoa(len(body)))
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
