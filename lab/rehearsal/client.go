package rehearsal

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"authlab/lab/bench"
	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// sampleAgent is the User-Agent of the client that makes the run.
const sampleAgent = "authlab-sample"

// formType is the media type of a form's content.
const formType = "application/x-www-form-urlencoded"

// Variants are the settings of the runs that content.Variants names.
var Variants = map[string]func(*settings.Settings){
	"token-in-cookie": func(s *settings.Settings) { s.Token.Storage = "cookie" },
}

// Client is the client of a run: what sends the lesson's requests over a real socket.
type Client struct {
	benches *bench.Benches
	bench   *bench.Bench
	addr    net.Addr
	scheme  string // http or https
	host    string // the name that the lab answers for
	client  *http.Client
	token   string
	sent    int
}

// At is where a lab answers for a run.
type At struct {
	// Benches are the lab's.
	Benches *bench.Benches
	// Addr is the address that it listens on.
	Addr net.Addr
	// TLS is how to speak to it, nil for plain http.
	TLS *tls.Config
}

// NewClient makes the client of a run on a bench.
func NewClient(b *bench.Bench, at At) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &Client{
		benches: at.Benches, bench: b, addr: at.Addr, scheme: "http", host: at.Addr.String(),
		client: &http.Client{
			Jar: trusting{jar}, Transport: &http.Transport{DisableCompression: true, TLSClientConfig: at.TLS},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if at.TLS != nil {
		s.scheme = "https"
	}
	return s, nil
}

// Close lets go of the client's connections.
func (s *Client) Close() { s.client.CloseIdleConnections() }

// trusting is a cookie jar that takes loopback for a secure connection, as
// browsers do: a cookie marked Secure goes back over it.
type trusting struct{ http.CookieJar }

func (t trusting) Cookies(u *url.URL) []*http.Cookie {
	secure := *u
	secure.Scheme = "https"
	return t.CookieJar.Cookies(&secure)
}

// Lesson sends what each step sends.
func (s *Client) Lesson(ctx context.Context) error { return s.send(ctx, plot.Steps()...) }

// FirstSteps logs in and asks again, which shows how a credential travels.
func (s *Client) FirstSteps(ctx context.Context) error {
	return s.send(ctx, plot.At(plot.Login), plot.At(plot.AskAgain))
}

// send does what the steps are made of.
func (s *Client) send(ctx context.Context, steps ...plot.Step) error {
	do := map[plot.Act]func(context.Context) error{
		plot.DoAsk: s.profiles, plot.DoLogin: s.logins, plot.DoLogout: s.logouts,
		plot.DoReplay: s.replays, plot.DoRole: s.demotion, plot.DoClock: s.wait,
	}
	for _, step := range steps {
		s.bench.SetCursor(step.Number)
		for _, act := range step.Acts {
			if err := do[act](ctx); err != nil {
				return fmt.Errorf("step %d: %w", step.Number, err)
			}
		}
	}
	s.bench.SetCursor(plot.NoStep)
	return nil
}

func (s *Client) profiles(ctx context.Context) error {
	for _, flow := range journal.Flows {
		if _, err := s.request(ctx, flow, http.MethodGet, "profile", "", nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Client) logins(ctx context.Context) error {
	login := bench.Logins[0]
	form := url.Values{"email": {login.Email}, "password": {login.Password}}.Encode()
	if _, err := s.request(ctx, journal.Session, http.MethodPost, "login", formType, []byte(form)); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"email": login.Email, "password": login.Password})
	if err != nil {
		return err
	}
	x, err := s.request(ctx, journal.Token, http.MethodPost, "login", "application/json", body)
	if err != nil {
		return err
	}
	credential, ok := explain.Read(x).Issued()
	if !ok {
		return errors.New("the token app gave no token")
	}
	if x.Settings.Token.Storage != "cookie" { // where the jar has it
		s.token = credential.Value
	}
	return s.profiles(ctx)
}

func (s *Client) demotion(context.Context) error {
	return s.bench.ChangeRole(bench.Logins[0].ID, bench.RoleMember)
}

func (s *Client) logouts(ctx context.Context) error {
	for _, flow := range journal.Flows {
		if _, err := s.request(ctx, flow, http.MethodPost, "logout", "", nil); err != nil {
			return err
		}
	}
	s.token = ""
	return nil
}

func (s *Client) replays(ctx context.Context) error {
	for _, flow := range journal.Flows {
		login := s.bench.Journal().Latest(flow, bench.LogsIn)
		if login == nil {
			return fmt.Errorf("no login to replay in the %s flow", flow)
		}
		if _, err := s.benches.Replay(ctx, s.bench, login.Number, s.addr, s.host); err != nil {
			return err
		}
		s.sent++
	}
	return nil
}

func (s *Client) wait(context.Context) error {
	by, err := time.ParseDuration(plot.PastBoth)
	if err != nil {
		return err
	}
	return s.bench.MoveClock(by)
}

// request sends one request and returns what was recorded of it.
func (s *Client) request(ctx context.Context, flow journal.Flow, method, path, kind string, body []byte) (*journal.Exchange, error) {
	notices, end := s.bench.Listen()
	defer end()
	req, err := http.NewRequestWithContext(ctx, method, s.scheme+"://"+s.addr.String()+s.bench.Base(flow)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Host = s.host
	req.Header.Set("User-Agent", sampleAgent)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if flow == journal.Token && s.token != "" && !strings.HasSuffix(path, "login") {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	return s.recorded(ctx, notices)
}

// recorded waits for the exchange that was just sent.
func (s *Client) recorded(ctx context.Context, notices <-chan journal.Notice) (*journal.Exchange, error) {
	s.sent++
	for {
		if x, ok := s.bench.Journal().Exchange(s.sent); ok {
			return x, nil
		}
		select {
		case <-notices:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
