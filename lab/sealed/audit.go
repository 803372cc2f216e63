package sealed

import "context"

// Audit is told of each check that stands between a request and what it asks
// for, in the order in which they are made, and whether the request passed it.
// A check that could not be made, because something broke, is not reported. The
// OWASP Logging Cheat Sheet asks for such a record: of logins, of refusals, and of
// input that is not what it should be.
type Audit func(ctx context.Context, check string, passed bool)

// passes tells the audit of a check, and whether the request passed it.
func (a *App) passes(ctx context.Context, check string, passed bool) bool {
	if a.audit != nil {
		a.audit(ctx, check, passed)
	}
	return passed
}
