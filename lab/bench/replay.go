package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
)

// ErrNoCredential is returned for an exchange that carries no credential to
// copy.
var ErrNoCredential = errors.New("this exchange carries no credential")

// replayTimeout bounds one replay as a whole.
const replayTimeout = 10 * time.Second

// replayAgent is the User-Agent of the lab's own client, so that its requests
// can be told apart on the wire by eye.
const replayAgent = "authlab-replay"

// Replay copies the credential of a recorded exchange and asks for the profile
// with it, as somebody else would who has the copy: over a new connection to
// addr, by an HTTP client that shares nothing with the visitor's browser. host
// is the Host that the visitor's own requests carry. It returns the number of
// the exchange that this caused, or ErrNoCredential, or ErrBusy or
// journal.ErrFull where the bench had no budget for it.
func (bs *Benches) Replay(ctx context.Context, b *Bench, number int, addr net.Addr, host string) (int, error) {
	x, ok := b.Journal().Exchange(number)
	if !ok {
		return 0, fmt.Errorf("exchange %d: %w", number, ErrNoCredential)
	}
	credential, ok := CredentialOf(x)
	if !ok {
		return 0, fmt.Errorf("exchange %d: %w", number, ErrNoCredential)
	}
	ctx, cancel := context.WithTimeout(ctx, replayTimeout)
	defer cancel()
	url := x.Scheme + "://" + addr.String() + b.Base(x.Flow) + "profile"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, fmt.Errorf("replay exchange %d: %w", number, err)
	}
	req.Host = host
	req.Header.Set("User-Agent", replayAgent)
	name, value := credential.Field(x.Settings)
	req.Header.Set(name, value)
	return bs.send(req, addr)
}

// CredentialOf returns the credential that can be copied from an exchange: the
// one that its response gave, else the one that its request presented.
func CredentialOf(x *journal.Exchange) (explain.Credential, bool) {
	if c, ok := explain.Read(x).Issued(); ok {
		return c, true
	}
	return explain.Read(x).Presented()
}

// send sends a request over a connection of its own and waits until the
// exchange has been recorded.
func (bs *Benches) send(req *http.Request, addr net.Addr) (int, error) {
	done := make(waiting, 1)
	defer bs.replays.forget(done)
	client := http.Client{
		Transport:     bs.replayTransport(addr, done),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("replay: %w", err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return 0, fmt.Errorf("replay: %w", err)
	}
	select {
	case o := <-done:
		return o.number, o.err
	case <-req.Context().Done():
		return 0, fmt.Errorf("replay: the request was answered but not recorded: %w", req.Context().Err())
	}
}

func (bs *Benches) replayTransport(addr net.Addr, done waiting) *http.Transport {
	return &http.Transport{
		DisableKeepAlives:  true, // one connection, one exchange
		DisableCompression: true,
		TLSClientConfig:    bs.tls, // as SpeakTLS says; the lab accepts its own certificate there
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(ctx, addr.Network(), addr.String())
			if err == nil {
				bs.replays.expect(conn.LocalAddr(), done)
			}
			return conn, err
		},
	}
}
