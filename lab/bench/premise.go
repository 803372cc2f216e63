package bench

import (
	"strings"
	"time"

	"authlab/lab/explain"
	"authlab/lab/journal"
	"authlab/lab/plot"
	"authlab/lab/settings"
)

// ground is what a premise is judged by.
type ground struct {
	bench    *Bench
	lanes    []journal.Flow // of which the need is
	settings settings.Settings
	now      time.Time           // by the bench's clock
	own      []*journal.Exchange // of the browser that is to send
	accounts []journal.Account   // as they are now
	standing map[journal.Flow]explain.Standing
}

// Premise says how the need of a step stands in some lanes, for the browser that own is
// of: the exchanges that it has sent. It foretells from what was recorded; what the apps
// make of a request is known once it was sent.
func (b *Bench) Premise(step int, lanes []journal.Flow, own []*journal.Exchange) plot.Premise {
	g := &ground{bench: b, lanes: lanes, settings: b.Settings(), now: b.Now(), own: own, standing: map[journal.Flow]explain.Standing{}}
	for _, flow := range lanes {
		state := b.State(flow)
		g.accounts = state.Accounts
		held := explain.HeldAfter(own, flow, b.journal.Load().Mark().Last)
		g.standing[flow] = explain.StandingOf(held, flow, g.settings, state, g.now)
	}
	var p plot.Premise
	switch plot.At(step).Needs {
	case plot.Out:
		g.out(&p)
	case plot.In:
		g.in(&p)
	case plot.InAsStaff:
		g.inAsStaff(&p)
	case plot.OutAgain:
		g.outAgain(&p)
	}
	return p
}

// out logs out of whatever the browser is still logged in to. A session that has
// ended is no login; a token that has expired is still held and still sent.
func (g *ground) out(p *plot.Premise) {
	for _, flow := range g.lanes {
		if st := g.standing[flow]; st.Good || st.Held && explain.FlowOf(flow).Stays {
			p.First = append(p.First, plot.Deed{Do: plot.DoLogout, Flow: string(flow)})
		}
	}
	if len(p.First) > 0 {
		p.Does, p.Why = "Log out", "You are still logged in to "+g.apps(p.First)+"."
	}
}

// apps names the apps that deeds are about.
func (g *ground) apps(deeds []plot.Deed) string {
	var flows []string
	for _, d := range deeds {
		flows = append(flows, d.Flow)
	}
	switch {
	case len(flows) == 1:
		return "the " + flows[0] + " app"
	case len(flows) < len(g.lanes):
		return "the " + strings.Join(flows, " and the ") + " app"
	case len(flows) == 2:
		return "both apps"
	default:
		return "all of the apps"
	}
}

// in logs in where no credential is good any more.
func (g *ground) in(p *plot.Premise) {
	for _, flow := range g.lanes {
		st := g.standing[flow]
		if !st.Good {
			p.First = append(p.First, plot.Deed{Do: plot.DoLogin, Flow: string(flow)})
			p.Why = strings.TrimSpace(p.Why + " " + st.Why)
		}
		g.lapses(p, st.Ends)
	}
	if len(p.First) == 0 {
		return
	}
	p.Does, p.Until = "Log in again", 0
	if !g.everIn() {
		p.Does = "Log in"
	}
}

// everIn reports whether the browser was ever given a credential.
func (g *ground) everIn() bool {
	for _, x := range g.own {
		if LogsIn(x) {
			return true
		}
	}
	return false
}

// lapses notes when a credential ends, by the machine's clock, if that is sooner.
func (g *ground) lapses(p *plot.Premise, ends time.Time) {
	if ends.IsZero() {
		return
	}
	if at := ends.Add(-g.bench.Ahead()).UnixMilli(); p.Until == 0 || at < p.Until {
		p.Until = at
	}
}

// inAsStaff makes the lesson's account staff again, then logs in where a credential
// is not good or says another role.
func (g *ground) inAsStaff(p *plot.Premise) {
	who := Logins[0]
	member := g.role(who.ID) != RoleStaff
	for _, flow := range g.lanes {
		if st := g.standing[flow]; st.Good && st.Role != "" && st.Role != RoleStaff {
			st.Good, st.Why = false, "The "+explain.FlowOf(flow).Says+" says that the role is "+st.Role+" already."
			g.standing[flow] = st
		}
	}
	g.in(p)
	if !member {
		return
	}
	promote := plot.Deed{Do: plot.DoRole, Account: who.ID, Role: RoleStaff}
	p.First = append([]plot.Deed{promote}, p.First...)
	p.Why = strings.TrimSpace("The " + who.ID + " is a " + g.role(who.ID) + " already. " + p.Why)
	if p.Does = "Make the " + who.ID + " staff again"; len(p.First) > 1 {
		p.Does += ", log in again"
	}
	p.Until = 0
}

func (g *ground) role(account string) string {
	for _, a := range g.accounts {
		if a.ID == account {
			return a.Role
		}
	}
	return ""
}

// outAgain sees to it that there is a copy which nothing but a logout stands in the
// way of: it logs in and out where the copy has ended by itself, and out where that
// was not done yet.
func (g *ground) outAgain(p *plot.Premise) {
	var logouts []plot.Deed
	for _, flow := range g.lanes {
		st, out := g.copyOf(flow)
		if !st.Good {
			p.First = append(p.First, plot.Deed{Do: plot.DoLogin, Flow: string(flow)})
			p.Why = strings.TrimSpace(p.Why + " " + st.Why)
			p.Does = "Log in again and out"
		}
		if !st.Good || !out {
			logouts = append(logouts, plot.Deed{Do: plot.DoLogout, Flow: string(flow)})
		}
		g.lapses(p, st.Ends)
	}
	if len(logouts) == 0 {
		return
	}
	if p.Does == "" {
		p.Does, p.Why = "Log out", "You have not logged out of "+g.apps(logouts)+" since."
	}
	p.First, p.Until = append(p.First, logouts...), 0
}

// copyOf says what the credential of a flow's latest login would be worth if nobody
// had logged out, and whether somebody has.
func (g *ground) copyOf(flow journal.Flow) (st explain.Standing, out bool) {
	login := latestLogin(g.own, flow)
	if login == nil {
		return explain.Standing{Why: "There is no login to the " + string(flow) + " app to copy from."}, true
	}
	state := g.bench.State(flow)
	for _, x := range g.own {
		if x.Flow == flow && x.Number > login.Number && DeedOf(x) == LogoutDeed && !out {
			state, out = x.Before, true
		}
	}
	held := explain.HeldAfter(g.own, flow, login.Number)
	return explain.StandingOf(held, flow, g.settings, state, g.now), out
}

// latestLogin is a browser's latest login to a flow that gave a credential, or nil.
func latestLogin(own []*journal.Exchange, flow journal.Flow) *journal.Exchange {
	return journal.View{Exchanges: own}.Latest(flow, LogsIn)
}

// Then are the deeds of a step itself in some lanes, as they stand on this bench: whose
// credential is copied, say. stay is the other way of a step that moves the clock, in which the
// visitor stays active.
func (b *Bench) Then(step int, stay bool, lanes []journal.Flow, own []*journal.Exchange) []plot.Deed {
	var deeds []plot.Deed
	for _, act := range plot.At(step).Acts {
		if stay && act == plot.DoClock {
			for range plot.Strides {
				deeds = append(deeds, plot.Deed{Do: act, By: plot.Stride})
				deeds = append(deeds, b.each(plot.DoAsk, lanes, own)...)
			}
			return deeds
		}
		deeds = append(deeds, b.each(act, lanes, own)...)
	}
	return deeds
}

// each is an act as one deed for each lane, or as one that is of no flow.
func (b *Bench) each(act plot.Act, lanes []journal.Flow, own []*journal.Exchange) []plot.Deed {
	switch act {
	case plot.DoRole:
		return []plot.Deed{{Do: act, Account: Logins[0].ID, Role: RoleMember}}
	case plot.DoClock:
		return []plot.Deed{{Do: act, By: plot.PastBoth}}
	}
	var deeds []plot.Deed
	for _, flow := range lanes {
		d := plot.Deed{Do: act, Flow: string(flow)}
		if act == plot.DoReplay {
			login := latestLogin(own, flow)
			if login == nil {
				continue
			}
			d.Exchange = login.Number
		}
		deeds = append(deeds, d)
	}
	return deeds
}
