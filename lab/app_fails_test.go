package lab_test

import (
	"net/http"
	"strings"
	"testing"

	"authlab/lab"
	"authlab/lab/settings"
	"authlab/lab/store/storetest"
)

// TestAnAppThatFailsIsHeardOf by whoever reads the lab's log, and so by every test:
// both apps answer 500 once the server that they keep their records in is away.
func TestAnAppThatFailsIsHeardOf(t *testing.T) {
	t.Parallel()
	url, stop := storetest.OwnRedis(t)
	w := startLab(t, lifted, func(c *lab.Config) { c.Redis = url })
	v := w.visit(t)
	v.turn(t, "store", settings.Redis, "token.refresh", "rotate")
	v.logIn(t, reader)
	stop()
	if got := v.get(t, v.path("/session/profile")); got.status != http.StatusInternalServerError {
		t.Errorf("the session app answers %d", got.status)
	}
	if got := v.send(t, "POST", v.path("/token/login"), http.Header{"Content-Type": {"application/json"}}, `{"email":"`+reader.Email+`","password":"`+reader.Password+`"}`); got.status != http.StatusInternalServerError {
		t.Errorf("the token app answers %d", got.status)
	}
	faults := strings.Join(w.log.faults(), "")
	for _, app := range []string{"app=session", "app=token"} {
		if !strings.Contains(faults, "request failed") || !strings.Contains(faults, app) || !strings.Contains(faults, "find a row") && !strings.Contains(faults, "write a row") {
			t.Errorf("of %s the log says: %s", app, faults)
		}
	}
	w.log.expect("app=session")
	w.log.expect("app=token")
}

// TestWhatIsExpectedMustCome, so that an expectation does not outlive its reason.
func TestWhatIsExpectedMustCome(t *testing.T) {
	t.Parallel()
	l := &logBook{}
	l.expect("app=session")
	if got := l.faults(); len(got) != 1 || !strings.Contains(got[0], "did not log") {
		t.Errorf("%q", got)
	}
	_, _ = l.Write([]byte("level=ERROR msg=x app=session\nlevel=ERROR msg=y app=token\n"))
	if got := l.faults(); len(got) != 1 || !strings.Contains(got[0], "app=token") {
		t.Errorf("%q", got)
	}
}
