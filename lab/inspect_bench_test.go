package lab_test

import (
	"strings"
	"testing"

	"authlab/lab/settings"
)

// From a bench the inspector has the token and the key that it is verified with,
// for every algorithm that the bench can be set up with, and comes to the answer
// that the app gives.
func TestInspectorVerifiesABenchsTokens(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	algorithms, _ := settings.Find("token.alg")
	for _, c := range algorithms.Choices {
		v := w.visit(t)
		v.turn(t, "token.alg", c.Value)
		v.logInToken(t, librarian)
		v.await(t, 1)
		page := v.get(t, "/inspect/token?bench="+v.id+"&exchange=1").body
		verdict := all(tree(t, page), ".verdict-line h2")
		if len(verdict) != 1 || !strings.HasPrefix(strings.ToLower(words(verdict[0])), "verified") || !strings.Contains(page, c.Value) {
			t.Errorf("%s: the inspector says %q of a token that the app believes", c.Value, verdictText(verdict, words))
		}
		if strings.Contains(page, "PRIVATE KEY") {
			t.Errorf("%s: the page holds a private key", c.Value)
		}
	}
}

func verdictText[T any](found []T, text func(T) string) string {
	if len(found) == 0 {
		return "nothing"
	}
	return text(found[0])
}
