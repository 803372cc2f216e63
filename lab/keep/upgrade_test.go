package keep

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// versionThree is a format that has each body say which it is of.
func versionThree(saw *[]string) Format {
	return Format{Version: 3, Upgrade: func(bucket, key string, body []byte) ([]byte, error) {
		*saw = append(*saw, bucket+"/"+key)
		return append(body, "3"...), nil
	}}
}

// TestAnEarlierFileIsBroughtForward with each of its bodies, once, and is one of the
// new version from then on: also to the program that has written it.
func TestAnEarlierFileIsBroughtForward(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	var names []string
	for _, bucket := range []string{"", "a", "b\x00"} {
		for i := range 2*pageSize + 1 - len(bucket) { // one bucket ends with a page
			names = append(names, fmt.Sprintf("%s/%04d", bucket, i))
			f.Put(bucket, fmt.Sprintf("%04d", i), []byte("x"))
		}
	}
	f.Put("c", "", nil)
	names = append(names, "c/")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var saw []string
	for range 2 {
		f, err := Open(name, versionThree(&saw))
		if err != nil {
			t.Fatal(err)
		}
		got := held(t, f, "a", "")
		if len(got) != 2*pageSize || got[0] != "0000=x3" || got[len(got)-1] != fmt.Sprintf("%04d=x3", 2*pageSize-1) {
			t.Errorf("%d bodies from %q to %q", len(got), got[0], got[len(got)-1])
		}
		if got := held(t, f, "c", ""); !slices.Equal(got, []string{"=3"}) {
			t.Errorf("the empty body is %q", got)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(saw, names) {
			t.Fatalf("%d bodies were upgraded, of %d", len(saw), len(names))
		}
	}
	if _, err := Open(name, plain); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "it has version 3, and this program knows version 1") {
		t.Errorf("the earlier program says %v", err)
	}
}

// TestAnUpgradeThatFails leaves the file as it was, of its own version.
func TestAnUpgradeThatFails(t *testing.T) {
	name := fresh(t)
	f := opened(t, name)
	must(t, f.Put("a", "1", []byte("x")), f.Put("a", "2", []byte("y")))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	no := errors.New("not this one")
	if _, err := Open(name, Format{Version: 2, Upgrade: func(_, key string, body []byte) ([]byte, error) {
		if key == "2" {
			return nil, no
		}
		return append(body, "2"...), nil
	}}); !errors.Is(err, no) || !strings.Contains(err.Error(), `bring "2" in "a" to version 2`) {
		t.Errorf("it says %v", err)
	}
	if after, err := os.ReadFile(name); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
	if got := held(t, opened(t, name), "a", ""); !slices.Equal(got, []string{"1=x", "2=y"}) {
		t.Errorf("it holds %q", got)
	}
}
