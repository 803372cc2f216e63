package lab

import (
	"net/http"

	"authlab/lab/journal"
	"authlab/lab/room"
)

// routes is the whole site, in one table.
func (l *Lab) routes() http.Handler {
	mux := &table{}
	site := func(pattern string, h handler) { mux.Handle(pattern, secure(l.adapt(h))) }
	inspect := func(pattern string, h http.Handler) {
		mux.Handle(pattern, secureUpTo(maxInspect, l.sameOrigin(h)))
	}
	change := func(pattern string, h handler) { mux.Handle(pattern, secure(l.sameOrigin(l.adapt(form(h))))) }

	class := func(pattern string, h handler) { site(pattern, oneSpelling(h)) }

	site("GET /{$}", l.front)
	change("POST /bench", l.makeBench)
	site("GET /learn", l.read)
	site("GET /learn/{chapter}", l.read)
	site("GET /compare", l.read)
	site("GET /compare/code", l.read)
	site("GET /glossary", l.read)
	site("GET /search", l.search)
	site("GET /inspect/cookie", l.askCookie)
	change("POST /inspect/cookie", l.inTurn(l.inspectCookie))
	inspect("POST /api/inspect/cookie", l.adaptJSON(l.inTurn(l.inspectCookieJSON)))
	site("GET /inspect/token", l.tokenPage)
	inspect("POST /inspect/token", l.adapt(l.inTurn(inspectForm(l.inspectTokenPage))))
	inspect("POST /api/inspect/token", l.adaptJSON(l.inTurn(l.inspectTokenJSON)))
	site("GET /check", l.checkPage)
	change("POST /check", l.startCheck)
	site("GET /check/{id}", l.checked)
	change("POST /check/{id}/cookies", l.seenCookies)
	site("GET /check/{id}/frame", l.checkFrame)
	site("GET /check/{id}/events", l.checkEvents)
	change("POST /check/{id}/echo", l.checkEcho)
	change("POST /check/{id}/found", l.scriptFound)
	site("GET /bench/{id}", l.bench)
	site("GET /bench/{id}/events", l.events)
	site("GET /bench/{id}/code", l.benchCode)
	site("GET /bench/{id}/exchanges/{n}", l.exchange)
	site("GET /bench/{id}/journal.json", l.big(l.journal))
	site("GET /bench/{id}/export.har", l.big(l.exportHAR))
	site("GET /bench/{id}/export.http", l.big(l.exportHTTP))
	site("GET /bench/{id}/export.zip", l.big(l.exportZip))
	site("GET /bench/{id}/curl", l.big(l.exportCurl))
	site("GET /bench/{id}/handout", l.big(l.handout))
	site("GET /bench/{id}/exchanges/{n}/har", l.exportHAR)
	site("GET /bench/{id}/exchanges/{n}/http", l.exportHTTP)
	site("GET /bench/{id}/exchanges/{n}/curl", l.exportCurl)
	site("GET /bench/{id}/exchanges/{n}/request", l.exportBytes("request"))
	site("GET /bench/{id}/exchanges/{n}/response", l.exportBytes("response"))
	change("POST /bench/{id}/step", l.setStep)
	change("POST /bench/{id}/claim", l.claim)
	change("POST /bench/{id}/predict", l.predict)
	change("POST /bench/{id}/role", l.changeRole)
	change("POST /bench/{id}/clock", l.moveClock)
	change("POST /bench/{id}/settings", l.changeSettings)
	change("POST /bench/{id}/replay", l.replay)
	change("POST /bench/{id}/reset", l.reset)
	change("POST /bench/{id}/present", l.presentBench)
	change("POST /room", l.present)
	site("GET /j", l.joinPage)
	site("GET /j/{code}", l.joinPage)
	site("GET /J/{code}", l.joinPage) // as a QR code has it
	class("GET /room/{code}", l.classPage)
	class("GET /room/{code}/events", l.classEvents)
	class("GET /room/{code}/handout", l.big(l.classHandout))
	class("GET /room/{code}/export.har", l.big(l.classHAR))
	change("POST /room/{code}/join", l.joinClass)
	change("POST /room/{code}/here", l.here)
	change("POST /room/{code}/vote", l.vote)
	change("POST /room/{code}/try", l.tryIt)
	class("GET /room/{code}/drive", l.driverPage(room.Instructor))
	class("GET /room/{code}/projector", l.driverPage(room.Projector))
	class("GET /room/{code}/clicker", l.driverPage(room.Clicker))
	class("GET /room/{code}/drive/events", l.driverEvents)
	change("POST /room/{code}/drive", l.drive)
	change("POST /room/{code}/invite", l.invite)
	class("GET /room/{code}/invite/{token}", l.askAccept)
	change("POST /room/{code}/invite/{token}", l.accept)
	for _, flow := range journal.Flows {
		mux.Handle("/bench/{id}/"+string(flow)+"/", l.adapt(l.app))
	}
	mux.Handle("GET "+l.assets.Path()+"/", l.assets)
	site("GET /favicon.ico", l.icon)
	site("GET /healthz", l.healthy)
	site("GET /readyz", l.ready)
	if l.config.Operator {
		site("GET /operator", l.operator)
	}
	if l.config.Dev {
		site("GET /dev/states", l.states)
	}

	l.patterns = mux.patterns
	return l.recovered(l.knownHost(bodyDeadline(l.admit(l.benches.Record(compressed(l.elsewhere(&mux.mux)), l.overBudget)))))
}
