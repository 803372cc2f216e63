package lab_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

const pressName = "0123456789abcdef0123456789abcdef"

// sizeOf is the size of the projector's type, as the instructor's page has it.
func (c *classroom) sizeOf(t testing.TB) string {
	t.Helper()
	_, rest, _ := strings.Cut(c.get(t, c.room+"/drive").body, ` data-size="`)
	size, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("the instructor's page says no size")
	}
	return size
}

// TestAPressThatIsSentAgain is answered as done, and done once: at once by many, and
// one after the other.
func TestAPressThatIsSentAgain(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	press := []string{"by", "1", "press", pressName}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := c.act(t, "size", press...); got.status != http.StatusNoContent {
				t.Errorf("one of eight is answered with %d: %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	c.unchanged(t, func() { c.must(t, "size", press...) })
	if size := c.sizeOf(t); size != "1" {
		t.Errorf("one press made the size %s", size)
	}
	c.must(t, "size", "by", "1", "press", strings.ToUpper(pressName))
	if size := c.sizeOf(t); size != "2" {
		t.Errorf("another press made the size %s", size)
	}
}

// TestAFormThatIsSentTwice from one page, as by a double click without scripts, is done
// once, and the next page's form is another press.
func TestAFormThatIsSentTwice(t *testing.T) {
	t.Parallel()
	c := startLab(t, lifted).present(t)
	for want := 1; want <= 2; want++ {
		_, form, _ := strings.Cut(c.get(t, c.room+"/drive").body, `name="at" value="`)
		at, _, ok := strings.Cut(form, `"`)
		if !ok {
			t.Fatal("the forms of the instructor's page have no number")
		}
		for range 2 {
			if got := c.post(t, c.room+"/drive", "act", "size", "by", "1", "at", at); got.status != http.StatusSeeOther {
				t.Errorf("a form is answered with %d", got.status)
			}
		}
		if size := c.sizeOf(t); size != itoa(want) {
			t.Errorf("the form of page %d, sent twice, made the size %s", want, size)
		}
		c.must(t, "view", "view", []string{"stateful", "stateless"}[want-1])
	}
}

// TestAVoteThatIsSentAgain counts once, at once as one after the other.
func TestAVoteThatIsSentAgain(t *testing.T) {
	t.Parallel()
	w := startLab(t, lifted)
	c, student := w.present(t), w.stranger(t)
	slug := predictionAt(t, 1).Slug
	c.must(t, "step", "step", "1")
	c.must(t, "poll")
	device := c.join(t, student)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got := student.post(t, c.room+"/vote", "device", device, "slug", slug, "round", "1", "option", "2", "quiet", "1")
			if got.status != http.StatusNoContent {
				t.Errorf("a vote is answered with %d: %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	c.must(t, "poll")
	if page := c.get(t, c.room+"/drive").body; !strings.Contains(page, "1 answer") || strings.Contains(page, "8 answers") {
		t.Error("one vote, sent eight times, is not one answer")
	}
}
