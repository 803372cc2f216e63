package lab

import (
	"bytes"
	"context"
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
	"authlab/lab/settings"
	"authlab/lab/share"
)

// sampleTimeout bounds the run at start as a whole. It takes a second; on a machine that is
// busy with twenty other things, and with the race detector, more than twenty.
const sampleTimeout = 2 * time.Minute

// sampleAgent is the User-Agent of the client that makes the run.
const sampleAgent = "authlab-sample"

// formType is the media type of a form's content.
const formType = "application/x-www-form-urlencoded"

// variants are the settings of the runs that content.Variants names.
var variants = map[string]func(*settings.Settings){
	"token-in-cookie": func(s *settings.Settings) { s.Token.Keep = "cookie" },
}

// runSamples goes through the whole lesson once, on a bench of its own, over a
// real socket, and through its first steps once more for each variant. Readers
// without a bench are shown what was recorded, labelled as a sample: so no header,
// size or token in the article was ever typed by hand.
func (l *Lab) runSamples() (err error) {
	if l.sample, err = l.runSample(func(*settings.Settings) {}, (*sample).lesson); err != nil {
		return err
	}
	l.variants = map[string]journal.View{}
	for name, turn := range variants {
		if l.variants[name], err = l.runSample(turn, (*sample).firstSteps); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// runSample makes a run with the settings that turn makes of the first ones. It
// runs in a lab like this one but for the visitors' limits, under which a lesson
// may not fit.
func (l *Lab) runSample(turn func(*settings.Settings), run func(*sample, context.Context) error) (journal.View, error) {
	alike := *l
	alike.config.KeepBytes, alike.config.Allowances = 0, map[share.Kind]share.Allowance{}
	alike.admission = newAdmission(alike.config)
	alike.benches = bench.NewBenches(bench.Limits{}, l.config.Secure, nil, l.config.Log)
	alike.benches.SpeakTLS(l.clientTLS)
	alike.handler = alike.routes()
	b := alike.benches.Make()
	to := b.Settings()
	turn(&to)
	if err := b.Change(to); err != nil {
		return b.Journal(), fmt.Errorf("set up the sample run: %w", err)
	}
	err := alike.withSample(b, func(ctx context.Context, s *sample) error { return run(s, ctx) })
	return b.Journal(), err
}

// withSample serves the lab on a socket of its own while run sends to b.
func (l *Lab) withSample(b *bench.Bench, run func(context.Context, *sample) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), sampleTimeout)
	defer cancel()
	var listen net.ListenConfig
	ln, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the sample run: %w", err)
	}
	tap, server, _ := l.newServer()
	go func() { _ = server.Serve(l.listen(tap, ln)) }() // ends with Close, which is no failure
	s, err := l.newSample(b, ln.Addr())
	if err != nil {
		return err
	}
	err = run(ctx, s)
	s.client.CloseIdleConnections()
	if err := errors.Join(err, server.Close()); err != nil {
		return fmt.Errorf("run the sample: %w", err)
	}
	return nil
}

// sample is the client of a run.
type sample struct {
	benches *bench.Benches
	bench   *bench.Bench
	addr    net.Addr
	scheme  string // http or https
	host    string // the name that the lab answers for
	client  *http.Client
	token   string
	sent    int
}

func (l *Lab) newSample(b *bench.Bench, addr net.Addr) (*sample, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &sample{
		benches: l.benches, bench: b, addr: addr, scheme: "http", host: addr.String(),
		client: &http.Client{
			Jar: trusting{jar}, Transport: &http.Transport{DisableCompression: true, TLSClientConfig: l.clientTLS},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if l.serverTLS != nil {
		s.scheme = "https"
	}
	return s, nil
}

// trusting is a cookie jar that takes loopback for a secure connection, as
// browsers do: a cookie marked Secure goes back over it.
type trusting struct{ http.CookieJar }

func (t trusting) Cookies(u *url.URL) []*http.Cookie {
	secure := *u
	secure.Scheme = "https"
	return t.CookieJar.Cookies(&secure)
}

// sampleStep is a step of the lesson, and what sends what it sends.
type sampleStep struct {
	step int
	do   func(context.Context) error
}

// lesson sends what each step sends.
func (s *sample) lesson(ctx context.Context) error {
	return s.steps(ctx,
		sampleStep{bench.StepStranger, s.profiles},
		sampleStep{bench.StepLogin, s.logins},
		sampleStep{bench.StepAskAgain, s.profiles},
		sampleStep{bench.StepRole, s.demotion},
		sampleStep{bench.StepLogout, s.logouts},
		sampleStep{bench.StepReplay, s.replays},
		sampleStep{bench.StepExpire, s.expiry},
	)
}

// firstSteps logs in and asks again, which shows how a credential travels.
func (s *sample) firstSteps(ctx context.Context) error {
	return s.steps(ctx, sampleStep{bench.StepLogin, s.logins}, sampleStep{bench.StepAskAgain, s.profiles})
}

func (s *sample) steps(ctx context.Context, steps ...sampleStep) error {
	for _, st := range steps {
		s.bench.SetCursor(st.step)
		if err := st.do(ctx); err != nil {
			return fmt.Errorf("step %d: %w", st.step, err)
		}
	}
	s.bench.SetCursor(bench.NoCursor)
	return nil
}

func (s *sample) profiles(ctx context.Context) error {
	for _, flow := range journal.Flows {
		if _, err := s.send(ctx, flow, http.MethodGet, "profile", "", nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *sample) logins(ctx context.Context) error {
	login := bench.Logins[0]
	form := url.Values{"email": {login.Email}, "password": {login.Password}}.Encode()
	if _, err := s.send(ctx, journal.Session, http.MethodPost, "login", formType, []byte(form)); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"email": login.Email, "password": login.Password})
	if err != nil {
		return err
	}
	x, err := s.send(ctx, journal.Token, http.MethodPost, "login", "application/json", body)
	if err != nil {
		return err
	}
	credential, ok := explain.Issued(x)
	if !ok {
		return errors.New("the token app gave no token")
	}
	if x.Settings.Token.Keep != "cookie" { // where the jar has it
		s.token = credential.Value
	}
	return s.profiles(ctx)
}

func (s *sample) demotion(ctx context.Context) error {
	if err := s.bench.ChangeRole(bench.Logins[0].ID, bench.RoleMember); err != nil {
		return err
	}
	return s.profiles(ctx)
}

func (s *sample) logouts(ctx context.Context) error {
	for _, flow := range journal.Flows {
		if _, err := s.send(ctx, flow, http.MethodPost, "logout", "", nil); err != nil {
			return err
		}
	}
	s.token = ""
	return nil
}

func (s *sample) replays(ctx context.Context) error {
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

func (s *sample) expiry(ctx context.Context) error {
	if err := s.logins(ctx); err != nil {
		return err
	}
	if err := s.bench.MoveClock(s.bench.Settings().Session.IdleFor() + time.Minute); err != nil {
		return err
	}
	return s.profiles(ctx)
}

// send sends one request and returns what was recorded of it.
func (s *sample) send(ctx context.Context, flow journal.Flow, method, path, kind string, body []byte) (*journal.Exchange, error) {
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
func (s *sample) recorded(ctx context.Context, notices <-chan journal.Notice) (*journal.Exchange, error) {
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
