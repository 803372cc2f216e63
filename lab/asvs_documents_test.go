package lab_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"authlab/lab/room"
	"authlab/lab/settings"
)

// readme is README.md, in one line.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// spelledOut is a duration as the texts have it.
func spelledOut(d time.Duration) string {
	n, unit := int(d.Hours()), "hour"
	if d < time.Hour {
		n, unit = int(d.Minutes()), "minute"
	}
	if n > 1 {
		unit += "s"
	}
	return fmt.Sprint(n, " ", unit)
}

// mustSay fails the test if a text is not in README.md, or not on a page.
func (v *visitor) mustSay(t *testing.T, where string, texts ...string) {
	t.Helper()
	read := ""
	if where == "README.md" {
		read = readme(t)
	} else {
		got := v.get(t, where)
		if got.status != http.StatusOK {
			t.Errorf("%s is answered with %d", where, got.status)
		}
		read = strings.Join(strings.Fields(words(tree(t, got.body))), " ")
	}
	for _, text := range texts {
		if !strings.Contains(read, text) {
			t.Errorf("%s does not say %q", where, text)
		}
	}
}

// timeoutsAreDocumented finds the limits in README.md, on the pages, and with each
// value of each knob whose advice it follows or breaks. Those of the apps are within
// what NIST SP 800-63B has for its second level.
func timeoutsAreDocumented(t *testing.T, labs asvsLabs) {
	c := labs.plain.present(t)
	idle, most, token := spelledOut(usual.Session.IdleFor()), spelledOut(usual.Session.LivesFor()), spelledOut(usual.Token.LivesFor())
	c.mustSay(t, "README.md",
		"A session of the apps ends after "+idle+" unused and after "+most+" in all, a token after "+token, "NIST SP 800-63B",
		"The right to drive a class lasts for "+spelledOut(room.RightLife)+", used or not: longer than that advice, because a class has breaks",
		"gone after two hours unused, or after a day")
	if usual.Session.IdleFor() > 30*time.Minute || usual.Token.LivesFor() > 30*time.Minute || usual.Session.LivesFor() > 12*time.Hour {
		t.Error("the limits are not within the advice that README.md names")
	}
	if l := labs.plain.lab.Benches().Limits(); l.Idle != 2*time.Hour || l.Life != 24*time.Hour {
		t.Errorf("a bench ends after %v and %v", l.Idle, l.Life)
	}
	c.mustSay(t, "/learn/sessions", "idle timeout is "+idle+" after the last request", "absolute timeout "+most+" after the login, however busy")
	c.mustSay(t, "/glossary", "Idle timeout", "Absolute timeout")
	c.mustSay(t, c.room+"/drive", "for "+spelledOut(room.RightLife)+" each")
	opened := labs.plain.stranger(t).post(t, "/room")
	if cookies := (&http.Response{Header: opened.header}).Cookies(); len(cookies) != 1 || cookies[0].MaxAge != int(room.RightLife.Seconds()) {
		t.Errorf("a browser gets the right to drive as %q", opened.header["Set-Cookie"])
	}
	for _, k := range settings.Knobs {
		if !slices.Contains([]string{"session.idle", "session.absolute", "token.lifetime"}, k.Name) {
			continue
		}
		for _, c := range k.Choices {
			if c.Meaning == "" || c.Advice.Source == "" {
				t.Errorf("%s=%s does not say what it means and whose advice it follows or breaks", k.Name, c.Value)
			}
		}
	}
}

// numbersAreDocumented has one account log in again and again from browsers of their
// own, and one browser more drive a class than may.
func numbersAreDocumented(t *testing.T, labs asvsLabs) {
	v := labs.plain.visit(t)
	v.mustSay(t, "README.md", "An account may have any number of sessions and tokens at once; a login ends only the session that its own browser brought", "**Who may drive** lists the browsers with the right to, at most sixteen")
	v.mustSay(t, "/learn/sessions", "Log in with a second browser and the account has two sessions, each with its own limits")
	var ids, tokens []string
	for range 12 {
		v.logInToken(t, librarian)
		ids, tokens = append(ids, v.sessionLogin(t, "")), append(tokens, v.token)
	}
	for i := range ids {
		v.mustKnow(t, fmt.Sprintf("session %d of %d", i+1, len(ids)), ids[i])
		v.mustBelieve(t, fmt.Sprintf("token %d of %d", i+1, len(ids)), tokens[i])
	}
	c := labs.plain.present(t)
	for range room.MaxRights {
		if got := labs.plain.stranger(t).post(t, c.invite(t)); got.status != http.StatusSeeOther {
			t.Fatalf("an invite is answered with %d", got.status)
		}
	}
	rights, _ := labs.plain.lab.Room(room.Code(c.code)).Rights()
	if len(rights) != room.MaxRights || room.MaxRights != 16 {
		t.Errorf("%d browsers may drive, of %d; README.md says sixteen", len(rights), room.MaxRights)
	}
}
