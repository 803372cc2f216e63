package lab

import (
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/room"
	"authlab/lab/site/class"
	"authlab/lab/site/inspect"
	"authlab/lab/site/web"
)

// routes is the whole site, in one table.
func (l *Lab) routes() http.Handler {
	mux := &web.Table{}
	site := func(pattern string, h web.Handler) { mux.Handle(pattern, l.Get(h)) }
	ask := func(pattern string, h http.Handler) {
		mux.Handle(pattern, l.Inspect(h))
	}
	change := func(pattern string, h web.Handler) { mux.Handle(pattern, l.Change(h)) }

	class := func(pattern string, h web.Handler) { site(pattern, class.OneSpelling(h)) }

	site("GET /{$}", l.article.Front)
	change("POST /bench", l.lesson.Make)
	site("GET /learn", l.article.Read)
	site("GET /learn/{chapter}", l.article.Read)
	site("GET /compare", l.article.Read)
	site("GET /compare/code", l.article.Read)
	site("GET /glossary", l.article.Read)
	site("GET /search", l.article.Search)
	site("GET /inspect/cookie", l.inspect.AskCookie)
	change("POST /inspect/cookie", l.InTurn(l.inspect.Cookie))
	ask("POST /api/inspect/cookie", l.AdaptJSON(l.InTurn(l.inspect.CookieJSON)))
	site("GET /inspect/token", l.inspect.AskToken)
	ask("POST /inspect/token", l.Adapt(l.InTurn(inspect.Form(l.inspect.Token))))
	ask("POST /api/inspect/token", l.AdaptJSON(l.InTurn(l.inspect.TokenJSON)))
	site("GET /check", l.check.Ask)
	change("POST /check", l.check.Start)
	site("GET /check/{id}", l.check.Found)
	change("POST /check/{id}/cookies", l.check.Cookies)
	site("GET /check/{id}/frame", l.check.Frame)
	site("GET /check/{id}/events", l.check.Events)
	change("POST /check/{id}/echo", l.check.Echo)
	change("POST /check/{id}/found", l.check.ScriptFound)
	site("GET /bench/{id}", l.lesson.Bench)
	site("GET /bench/{id}/events", l.lesson.Events)
	site("GET /bench/{id}/code", l.lesson.Code)
	site("GET /bench/{id}/exchanges/{n}", l.lesson.Exchange)
	site("GET /bench/{id}/journal.json", l.Big(l.lesson.Journal))
	site("GET /bench/{id}/export.har", l.Big(l.lesson.ExportHAR))
	site("GET /bench/{id}/export.http", l.Big(l.lesson.ExportHTTP))
	site("GET /bench/{id}/export.zip", l.Big(l.lesson.ExportZip))
	site("GET /bench/{id}/curl", l.Big(l.lesson.ExportCurl))
	site("GET /bench/{id}/handout", l.Big(l.lesson.Handout))
	site("GET /bench/{id}/exchanges/{n}/har", l.lesson.ExportHAR)
	site("GET /bench/{id}/exchanges/{n}/http", l.lesson.ExportHTTP)
	site("GET /bench/{id}/exchanges/{n}/curl", l.lesson.ExportCurl)
	site("GET /bench/{id}/exchanges/{n}/request", l.lesson.ExportBytes("request"))
	site("GET /bench/{id}/exchanges/{n}/response", l.lesson.ExportBytes("response"))
	change("POST /bench/{id}/step", l.lesson.SetStep)
	change("POST /bench/{id}/claim", l.lesson.Claim)
	change("POST /bench/{id}/predict", l.lesson.Predict)
	change("POST /bench/{id}/role", l.lesson.ChangeRole)
	change("POST /bench/{id}/clock", l.lesson.MoveClock)
	change("POST /bench/{id}/settings", l.lesson.ChangeSettings)
	change("POST /bench/{id}/replay", l.lesson.Replay)
	change("POST /bench/{id}/reset", l.lesson.Reset)
	change("POST /bench/{id}/present", l.class.PresentBench)
	change("POST /room", l.class.Present)
	site("GET /j", l.class.AskJoin)
	site("GET /j/{code}", l.class.AskJoin)
	site("GET /J/{code}", l.class.AskJoin) // as a QR code has it
	class("GET /room/{code}", l.class.Show)
	class("GET /room/{code}/events", l.class.Events)
	class("GET /room/{code}/handout", l.Big(l.class.Handout))
	class("GET /room/{code}/export.har", l.Big(l.class.HAR))
	change("POST /room/{code}/join", l.class.Join)
	change("POST /room/{code}/here", l.class.Here)
	change("POST /room/{code}/vote", l.class.Vote)
	change("POST /room/{code}/try", l.class.TryIt)
	class("GET /room/{code}/drive", l.class.Window(room.Instructor))
	class("GET /room/{code}/projector", l.class.Window(room.Projector))
	class("GET /room/{code}/clicker", l.class.Window(room.Clicker))
	class("GET /room/{code}/drive/events", l.class.DriverEvents)
	change("POST /room/{code}/drive", l.class.Drive)
	change("POST /room/{code}/invite", l.class.Invite)
	class("GET /room/{code}/invite/{token}", l.class.AskAccept)
	change("POST /room/{code}/invite/{token}", l.class.Accept)
	for _, flow := range journal.Flows {
		mux.Handle("/bench/{id}/"+string(flow)+"/", l.Adapt(l.lesson.App))
	}
	mux.Handle("GET "+l.assets.Path()+"/", l.assets)
	site("GET /favicon.ico", l.Icon)
	site("GET /healthz", l.Healthy)
	site("GET /readyz", l.Ready(l.class.Unsaved))
	if l.config.Operator {
		site("GET /operator", l.operator.Show)
	}
	if l.config.Dev {
		site("GET /dev/states", l.dev.States)
	}

	l.patterns = mux.Patterns
	return l.Recovered(l.KnownHost(web.BodyDeadline(l.Admit(l.Benches().Record(web.Compressed(l.Elsewhere(&mux.Mux)), l.lesson.OverBudget)))))
}
