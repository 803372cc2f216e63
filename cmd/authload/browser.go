package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// browser asks the lab for pages from an address of its own, and keeps the cookies.
type browser struct {
	client *http.Client
	site   string // "http://127.0.0.1:4711"
	met    *notes // what it meets is noted here; nil notes nothing
}

// newBrowser returns one that reaches a lab at addr, "127.0.0.1:4711", through d.
func newBrowser(d *net.Dialer, addr string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{site: "http://" + addr, client: &http.Client{
		Jar: jar, Timeout: patience, Transport: &http.Transport{DialContext: d.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// from returns a dialer whose connections come from an address of this machine, as
// another visitor's would: "127.0.0.2". On Linux all of 127.0.0.0/8 is loopback;
// elsewhere only the first address may be, and dialling fails.
func from(address string) *net.Dialer {
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
}

// leave closes the browser's connections.
func (b *browser) leave() { b.client.CloseIdleConnections() }

// quietly is the same browser, noting nothing.
func (b *browser) quietly() *browser { return &browser{client: b.client, site: b.site} }

const formKind = "application/x-www-form-urlencoded"

// post posts a form, which may be nil, and returns where the answer leads and what
// it says.
func (b *browser) post(ctx context.Context, path string, form url.Values) (status int, to, text string, err error) {
	return b.do(ctx, http.MethodPost, path, formKind, form.Encode(), "")
}

// get gets a page.
func (b *browser) get(ctx context.Context, path string) (status int, text string, err error) {
	status, _, text, err = b.do(ctx, http.MethodGet, path, "", "", "")
	return status, text, err
}

func (b *browser) do(ctx context.Context, method, path, kind, body, bearer string) (status int, to, text string, err error) {
	began, asked := time.Now(), b.met.during()
	status, to, text, err = b.ask(ctx, method, path, kind, body, bearer)
	if ctx.Err() == nil { // else it was us who gave up
		b.met.note(asked, time.Since(began), method+" "+path, status, text, err)
	}
	return status, to, text, err
}

func (b *browser) ask(ctx context.Context, method, path, kind, body, bearer string) (status int, to, text string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, b.site+path, strings.NewReader(body))
	if err != nil {
		return 0, "", "", err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	got, err := b.client.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer got.Body.Close() //nolint:errcheck // it was read to its end
	content, err := io.ReadAll(got.Body)
	return got.StatusCode, got.Header.Get("Location"), string(content), err
}
