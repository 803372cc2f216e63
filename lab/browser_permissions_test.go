package lab_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestPermissionsAreOff asks Chromium what a page of the lab may still use, and
// whether it understood each name: what a newer one knows besides has to be
// switched off too.
func TestPermissionsAreOff(t *testing.T) {
	t.Parallel()
	odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Permissions-Policy", "no-such-feature=()")
		w.Header().Set("Content-Type", "text/html")
	}))
	defer odd.Close()
	b := startLab(t, lifted).browser(t)
	w := b.watched()
	v := b.w.visit(t)
	for _, path := range []string{"/", "/nowhere", "/check", v.path("")} {
		b.open(path)
		got := eval[[]string](b, "document.featurePolicy.allowedFeatures().filter(f => !f.startsWith('ch-')).sort()")
		if want := []string{"clipboard-write", "fullscreen"}; !slices.Equal(got, want) {
			t.Errorf("%s may use %q, want %q", path, got, want)
		}
		if all := eval[[]string](b, "document.featurePolicy.features()"); len(all) < 40 {
			t.Fatalf("Chromium knows of %q only: this test shows little", all)
		}
	}
	complaints := func() (list []string) {
		said, _ := w.heard()
		for _, c := range said {
			if strings.Contains(c, "ermissions") || strings.Contains(c, "eature") {
				list = append(list, c)
			}
		}
		return list
	}
	if said := complaints(); len(said) > 0 {
		t.Errorf("Chromium complains of the policy: %q", said)
	}
	b.within(func(ctx context.Context) error { return b.engine.open(ctx, odd.URL) })
	b.when(func() bool { return len(complaints()) > 0 }, func() string { return "a complaint of a feature that there is not" })
}
