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
	// Lanes are the flows that it sends to: at first those of the lesson.
	Lanes []journal.Flow

	benches *bench.Benches
	bench   *bench.Bench
	addr    net.Addr
	scheme  string // http or https
	host    string // the name that the lab answers for
	client  *http.Client
	bearer  map[journal.Flow]string // the tokens that a page's script would keep
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
		Lanes: journal.Lesson, benches: at.Benches, bench: b, bearer: map[journal.Flow]string{}, addr: at.Addr, scheme: "http", host: at.Addr.String(),
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

// send does what the steps are made of, and before each what it needs.
func (s *Client) send(ctx context.Context, steps ...plot.Step) error {
	for _, step := range steps {
		if !step.Sends() {
			continue
		}
		err := s.prepare(ctx, step.Number)
		if err == nil {
			s.bench.SetCursor(step.Number)
			err = s.perform(ctx, s.bench.Then(step.Number, false, s.Lanes, s.own()))
		}
		if err != nil {
			return fmt.Errorf("step %d: %w", step.Number, err)
		}
	}
	s.bench.SetCursor(plot.NoStep)
	return nil
}

// prepare makes true what a step needs.
func (s *Client) prepare(ctx context.Context, step int) error {
	premise := s.bench.Premise(step, s.Lanes, s.own())
	if premise.Holds() {
		return nil
	}
	s.bench.Begin(step, true, "", &http.Request{Header: http.Header{"User-Agent": {sampleAgent}}, RemoteAddr: s.addr.String()})
	defer s.bench.End()
	return s.perform(ctx, premise.First)
}

// own are the exchanges that the client has sent: all but the replays, because nobody
// else knows the bench.
func (s *Client) own() (own []*journal.Exchange) {
	for _, x := range s.bench.Journal().Exchanges {
		if x.By == journal.Visitor {
			own = append(own, x)
		}
	}
	return own
}

// perform does deeds in their order. The pages that follow logins come after the last
// of them in a row.
func (s *Client) perform(ctx context.Context, deeds []plot.Deed) error {
	var pages []plot.Deed
	for i, d := range deeds {
		if err := s.do(ctx, d); err != nil {
			return err
		}
		if d.Do != plot.DoLogin {
			continue
		}
		pages = append(pages, plot.Deed{Do: plot.DoAsk, Flow: d.Flow})
		if i+1 < len(deeds) && deeds[i+1].Do == plot.DoLogin {
			continue
		}
		if err := s.perform(ctx, pages); err != nil {
			return err
		}
		pages = nil
	}
	return nil
}

func (s *Client) do(ctx context.Context, d plot.Deed) (err error) {
	flow := journal.Flow(d.Flow)
	switch d.Do {
	case plot.DoAsk:
		_, err = s.request(ctx, flow, http.MethodGet, "profile", "", nil)
	case plot.DoLogin:
		err = s.logIn(ctx, flow)
	case plot.DoLogout:
		_, err = s.request(ctx, flow, http.MethodPost, "logout", "", nil)
		delete(s.bearer, flow)
	case plot.DoReplay:
		_, err = s.benches.Replay(ctx, s.bench, d.Exchange, s.addr, s.host)
		s.sent++
	case plot.DoRole:
		err = s.bench.ChangeRole(d.Account, d.Role)
	case plot.DoClock:
		var by time.Duration
		if by, err = time.ParseDuration(d.By); err == nil {
			err = s.bench.MoveClock(by)
		}
	default:
		err = fmt.Errorf("a run cannot do %q", d.Do)
	}
	return err
}

// logins logs in to the apps.
func (s *Client) logins(ctx context.Context) error {
	var deeds []plot.Deed
	for _, flow := range s.Lanes {
		deeds = append(deeds, plot.Deed{Do: plot.DoLogin, Flow: string(flow)})
	}
	return s.perform(ctx, deeds)
}

func (s *Client) logIn(ctx context.Context, flow journal.Flow) error {
	login := bench.Logins[0]
	if !explain.FlowOf(flow).Client {
		form := url.Values{"email": {login.Email}, "password": {login.Password}}.Encode()
		_, err := s.request(ctx, flow, http.MethodPost, "login", formType, []byte(form))
		return err
	}
	body, err := json.Marshal(map[string]string{"email": login.Email, "password": login.Password})
	if err != nil {
		return err
	}
	x, err := s.request(ctx, flow, http.MethodPost, "login", "application/json", body)
	if err != nil {
		return err
	}
	credential, ok := explain.Read(x).Issued()
	if !ok {
		return fmt.Errorf("the %s app gave no credential", flow)
	}
	if explain.FlowOf(flow).Cookie(x.Settings) == "" { // else the jar has it
		s.bearer[flow] = credential.Value
	}
	return nil
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
	if token := s.bearer[flow]; token != "" && !strings.HasSuffix(path, "login") {
		req.Header.Set("Authorization", "Bearer "+token)
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
