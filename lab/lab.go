// Package lab is the site: it puts the benches, the pages, the content and the
// tap on the listener together.
//
// [New] assembles everything and returns a [Lab]; [Lab.Serve] runs it on a
// listener. Tests and production use the same object, over real sockets,
// because what the site shows is what crossed one.
//
// # The way of a request
//
// The tap keeps the bytes of every connection. Benches.Record looks at the path:
// what is meant for a bench's app is numbered, claimed from the tap and
// recorded, whatever becomes of it. Then the routing table in routes.go decides
// who answers. The site's own pages get the security headers of security.go;
// the apps' answers get nothing added.
package lab

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"authlab/content"
	"authlab/lab/bench"
	"authlab/lab/journal"
	"authlab/lab/listen"
	"authlab/lab/rehearsal"
	"authlab/lab/room"
	"authlab/lab/settings"
	"authlab/lab/share"
	"authlab/lab/site/article"
	"authlab/lab/site/check"
	"authlab/lab/site/class"
	"authlab/lab/site/dev"
	"authlab/lab/site/inspect"
	"authlab/lab/site/lesson"
	"authlab/lab/site/operator"
	"authlab/lab/site/panes"
	"authlab/lab/site/web"
	"authlab/lab/source"
	"authlab/lab/store"
	"authlab/lab/wire"
	"authlab/static"
)

// Config is what a lab can be told. The zero value is a good lab on loopback.
type Config struct {
	// Limits are the budgets of benches; zero fields mean their defaults.
	Limits bench.Limits
	// KeepBytes is how many bytes of each message are kept, 64 KiB if 0.
	KeepBytes int
	// Allowances are what one client may do, by kind, in place of the usual ones;
	// see Allowances.
	Allowances map[share.Kind]share.Allowance
	// Memory is how many bytes the lab is to do with, 1 GiB if 0. Half of them are for
	// what benches hold; what connections, pages and the program itself take comes
	// out of the other half.
	Memory int64
	// Files is how many files the process may have open; 0 for any number. It bounds
	// the connections.
	Files int
	// Operator serves GET /operator to this machine: who holds what, and who is held
	// back.
	Operator bool
	// URL is the base URL by which people reach the lab, as [listen.BaseURL] reads it, "" if
	// nobody knows: "https://lab.example", where something in front of it speaks TLS,
	// which implies Secure. It is in the links that a class joins by.
	URL string
	// Hosts are Host names that are answered besides those of localhost, of URL and
	// Addresses, and the addresses that the lab listens on: "lab.example", without a
	// port. Any other is refused.
	Hosts []string
	// Secure says that the lab is reached over TLS, so that the session cookie
	// is marked Secure. A Certificate implies it; without one, something in front
	// of the lab must speak TLS.
	Secure bool
	// Certificate, if any, makes the lab speak https, HTTP/1.1 only.
	Certificate *tls.Certificate
	// Addresses are the base URLs by which a class on the local network reaches
	// the lab, "http://192.168.7.20:8080", the one to print on pages first. None
	// means that the lab listens on loopback, or that nobody knows.
	Addresses []string
	// Content is where the texts are read from, the embedded ones if nil. An
	// instructor's own copy may be given; it is checked like ours.
	Content fs.FS
	// Redis is the address of a Redis or Valkey server in which benches may keep
	// their records: redis://host:port/0, valkey://… or unix:///path. Without one
	// they cannot.
	Redis string
	// Data is the file in which classes are kept, so that they survive a restart:
	// their rooms, votes and benches. It is made if there is none. Without one they
	// are gone with the process.
	Data string
	// Patience is how long what was sent may wait for its reader before the
	// connection is let go, 20 seconds if 0. It is kept on Linux only.
	Patience time.Duration
	// Grace is how long the lab goes on answering once it is to stop, 2 seconds if 0, so
	// that whoever is connected is told and no request is lost; see Serve. It ends as
	// soon as nobody is connected.
	Grace time.Duration
	// Rehearsal is what another lab with the same content, over the same scheme, has
	// worked out at its start; nil has this one do it. It is for programs that start
	// many labs.
	Rehearsal *Rehearsal
	// Dev serves GET /dev/states, the page with every component in every state.
	Dev bool
	// Log gets what operators should know, and what fails in the apps. Without one
	// nobody is told.
	Log *slog.Logger
}

// defaultMemory is Config.Memory where it is 0, in bytes.
const defaultMemory = 1 << 30

// idleTimeout is how long a connection may wait for its next request.
const idleTimeout = 60 * time.Second

// Rehearsal is what a lab works out of its content at its start, by going through the
// lesson. Nothing in it is changed afterwards, so labs can share one.
type Rehearsal = article.Rehearsal

// Rehearsed returns what the lab has worked out at its start.
func (l *Lab) Rehearsed() *Rehearsal { return &l.article.Rehearsal }

// Lab is the site.
type Lab struct {
	*web.Site
	config    Config
	serverTLS *tls.Config // nil for plain http
	clientTLS *tls.Config // of the lab's own clients; nil for plain http
	classes   *class.Classes
	databases *store.Databases
	lesson    *lesson.Pages
	class     *class.Pages
	article   *article.Pages
	content   *content.Content
	steps     []panes.StepText
	code      source.Code
	assets    *static.Assets
	check     *check.Pages
	inspect   *inspect.Pages
	operator  *operator.Page
	dev       *dev.Page
	handler   http.Handler
	patterns  []string // of the routing table
	tap       *wire.Tap
	server    *http.Server

	stop context.CancelFunc // has Stopping done
}

// filled is a configuration with what it does not say set to what that means.
func (c Config) filled() (Config, error) {
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	c.Grace = cmp.Or(c.Grace, listen.DefaultGrace)
	if c.URL != "" {
		base, err := listen.BaseURL(c.URL)
		if err != nil {
			return c, fmt.Errorf("the lab's URL %q: %w", c.URL, err)
		}
		c.URL = base
	}
	c.Secure = c.Secure || c.Certificate != nil || strings.HasPrefix(c.URL, "https://")
	c.Memory = cmp.Or(c.Memory, defaultMemory)
	c.Limits.Bytes = cmp.Or(c.Limits.Bytes, c.Memory/2)
	return c, nil
}

// known are the hosts that the lab answers for by name.
func (c Config) known() listen.Hosts {
	return listen.Known(c.Hosts, append(slices.Clone(c.Addresses), c.URL)...)
}

// What is embedded in the program is read once, however many labs it starts: nothing
// changes it afterwards.
var (
	embeddedContent = sync.OnceValues(func() (*content.Content, error) { return content.Load(content.Embedded()) })
	embeddedAssets  = sync.OnceValues(static.New)
)

// texts are those of the configuration.
func (c Config) texts() (*content.Content, error) {
	if c.Content == nil {
		return embeddedContent()
	}
	return content.Load(c.Content)
}

// New assembles a lab. It fails if the content or the static files are broken.
func New(config Config) (*Lab, error) {
	config, err := config.filled()
	if err != nil {
		return nil, err
	}
	text, err := config.texts()
	if err != nil {
		return nil, fmt.Errorf("load content: %w", err)
	}
	assets, err := embeddedAssets()
	if err != nil {
		return nil, err
	}
	ran, err := source.Read()
	if err != nil {
		return nil, err
	}
	if err := text.Check(ran.Has); err != nil {
		return nil, fmt.Errorf("check content: %w", err)
	}
	client, err := listen.ClientTLS(config.Certificate)
	if err != nil {
		return nil, err
	}
	kept, err := store.OpenDatabases(config.Redis)
	if err != nil {
		return nil, err
	}
	l := &Lab{
		config: config, serverTLS: listen.ServerTLS(config.Certificate), clientTLS: client, content: text, assets: assets, code: ran, databases: kept,
	}
	benches := bench.NewBenches(config.Limits, config.Secure, databasesOf(kept), config.Log)
	benches.SpeakTLS(client)
	var stopping context.Context
	stopping, l.stop = context.WithCancel(context.Background())
	if l.Site, err = l.newSite(benches, stopping, config.Allowances); err != nil {
		return nil, err
	}
	if l.classes, err = class.Open(config.Data, benches, config.Log, l.NoteRefusal); err != nil {
		return nil, err
	}
	l.steps = article.StepTexts(text.Steps)
	l.furnish()
	l.handler = l.routes()
	l.tap, l.server = l.newServer()
	if err = l.rehearse(); err != nil {
		return nil, err
	}
	if err = l.classes.Restore(); err != nil {
		return nil, err
	}
	return l, nil
}

// furnish makes the lab's features, each with what it uses, on its site. What the
// article has worked out of the lab's own run stays.
func (l *Lab) furnish() {
	before := l.article
	l.article = article.New(l.Site, l.content, l.steps, l.code)
	if before != nil {
		l.article.Rehearsal = before.Rehearsal
	}
	l.lesson = lesson.New(l.Site, lesson.Uses{
		Steps: l.steps, Predictions: l.content.Predictions, Ran: l.code.Ran, Beside: l.article.Beside, BothApps: l.article.BenchPairs,
		Link:   func(r *http.Request) *panes.RoomLink { return l.class.Link(r) },
		Follow: func(r *http.Request) (<-chan room.Notice, func()) { return l.class.Follow(r) },
	})
	l.class = class.New(l.Site, l.classes, class.Uses{
		Steps: l.steps, Predictions: l.content.Predictions, BenchAt: l.lesson.BenchAt, Notes: l.article.Notes, ExportOf: l.lesson.ExportBench,
	})
	sample := func() journal.View { return l.article.Sample }
	l.check = check.New(l.Site)
	l.inspect = inspect.New(l.Site, sample)
	l.operator = operator.New(l.Site, l.classes.Rooms, l.classes.Refusals)
	l.dev = &dev.Page{Site: l.Site, Play: l.withSample, Sample: sample, Input: l.lesson.Input, Article: l.article, Inspect: l.inspect}
}

// newSite makes what the lab's features answer with.
func (l *Lab) newSite(benches *bench.Benches, stopping context.Context, allowances map[share.Kind]share.Allowance) (*web.Site, error) {
	c := l.config
	return web.NewSite(web.SiteConfig{
		Benches: benches, Assets: l.assets.Path(), Allowances: allowances, Memory: c.Memory, Files: c.Files,
		URL: c.URL, Addresses: c.Addresses, Hosts: c.known(), Secure: c.Secure, Stopping: stopping, Log: c.Log,
	})
}

// databasesOf are those that a bench may keep its records in, by their names.
func databasesOf(kept *store.Databases) map[string]bench.Database {
	out := map[string]bench.Database{settings.SQLite: &kept.SQLite}
	if kept.Redis != nil {
		out[settings.Redis] = kept.Redis
	}
	return out
}

// rehearse goes through the lesson, holds the texts against what was recorded, and
// sets the article with it.
func (l *Lab) rehearse() (err error) {
	if l.config.Rehearsal != nil {
		l.article.Rehearsal = *l.config.Rehearsal
		return nil
	}
	if err = l.runSamples(); err != nil {
		return err
	}
	return l.article.Set()
}

// newServer makes a server of the site, and the tap that its listener needs.
func (l *Lab) newServer() (*wire.Tap, *http.Server) {
	tap := wire.New(wire.Options{Limit: l.config.KeepBytes, Unclaimed: l.Benches().Unclaimed})
	server := &http.Server{
		Handler:           l.LastAnswer(l.handler),
		ReadHeaderTimeout: listen.HeadTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    listen.MaxHead,
		ConnState:         l.Conns().State,
		// OPTIONS * is for the lab to answer, to those who ask for its own host.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(l.config.Log.Handler(), slog.LevelWarn),
	}
	tap.Attach(server)
	return tap, server
}

// listen puts the tap on a listener, above TLS where the lab has a certificate:
// what is recorded is what a browser's own tools show.
func (l *Lab) listen(tap *wire.Tap, ln net.Listener) net.Listener {
	ln = l.Conns().Listener(listen.Patient{Listener: ln, Patience: cmp.Or(l.config.Patience, listen.DefaultPatience)})
	if l.serverTLS != nil {
		ln = listen.Secure{Listener: ln, Config: l.serverTLS, Log: l.config.Log, Known: l.config.known(), Fields: web.SecureFields}
	}
	return tap.Listener(ln)
}

// Serve answers on one or more listeners until ctx ends. Then it says that it is not
// ready, ends the event streams, and answers for as long as Config.Grace, each time
// with Connection: close, or until nobody is connected. Then it lets nobody in, lets
// requests in flight finish, ten seconds from the end of ctx at most, and returns nil,
// or why it could not stop in time.
func (l *Lab) Serve(ctx context.Context, lns ...net.Listener) error {
	sweeping, endSweep := context.WithCancel(ctx)
	defer endSweep()
	go l.Benches().Run(sweeping)
	go l.classes.Rooms.Run(sweeping)
	err := l.answer(ctx, lns...)
	return errors.Join(err, l.databases.Close(), l.classes.Close())
}

func (l *Lab) answer(ctx context.Context, lns ...net.Listener) error {
	listening := make([]net.Listener, len(lns))
	for i, ln := range lns {
		listening[i] = l.listen(l.tap, ln)
	}
	return listen.Service{Server: l.server, Nobody: l.Conns().None, Stop: l.stop, Grace: l.config.Grace}.Serve(ctx, listening...)
}

// runSamples goes through the whole lesson once, on a bench of its own, over a
// real socket, and through its first steps once more for each variant. Readers
// without a bench are shown what was recorded, labelled as a sample: so no header,
// size or token in the article was ever typed by hand.
func (l *Lab) runSamples() (err error) {
	if l.article.Sample, err = l.runSample(func(*settings.Settings) {}, func(s *rehearsal.Client, ctx context.Context) error {
		s.Lanes = journal.Flows // the texts of all flows are held against it
		return s.Lesson(ctx)
	}); err != nil {
		return err
	}
	l.article.Variants = map[string]journal.View{}
	for name, turn := range rehearsal.Variants {
		if l.article.Variants[name], err = l.runSample(turn, (*rehearsal.Client).FirstSteps); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// runSample makes a run with the settings that turn makes of the first ones. It
// runs in a lab like this one but for the visitors' limits, under which a lesson
// may not fit.
func (l *Lab) runSample(turn func(*settings.Settings), run func(*rehearsal.Client, context.Context) error) (journal.View, error) {
	alike := *l
	alike.config.KeepBytes = 0
	benches := bench.NewBenches(bench.Limits{}, l.config.Secure, nil, l.config.Log)
	benches.SpeakTLS(l.clientTLS)
	var err error
	if alike.Site, err = l.newSite(benches, l.Stopping(), map[share.Kind]share.Allowance{}); err != nil {
		return journal.View{}, err
	}
	alike.furnish()
	alike.handler = alike.routes()
	b := benches.Make()
	to := b.Settings()
	turn(&to)
	if err := b.Change(to); err != nil {
		return b.Journal(), fmt.Errorf("set up the sample run: %w", err)
	}
	err = alike.withSample(b, func(ctx context.Context, s *rehearsal.Client) error { return run(s, ctx) })
	return b.Journal(), err
}

// withSample serves the lab on a socket of its own while run sends to b.
func (l *Lab) withSample(b *bench.Bench, run func(context.Context, *rehearsal.Client) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), sampleTimeout)
	defer cancel()
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the sample run: %w", err)
	}
	tap, server := l.newServer()
	go func() { _ = server.Serve(l.listen(tap, ln)) }() // ends with Close, which is no failure
	s, err := rehearsal.NewClient(b, rehearsal.At{Benches: l.Benches(), Addr: ln.Addr(), TLS: l.clientTLS})
	if err != nil {
		return err
	}
	err = run(ctx, s)
	s.Close()
	if err := errors.Join(err, server.Close()); err != nil {
		return fmt.Errorf("run the sample: %w", err)
	}
	return nil
}

// sampleTimeout bounds the run at start as a whole. It takes a second; on a machine that is
// busy with twenty other things, and with the race detector, more than twenty.
const sampleTimeout = 2 * time.Minute
