package mask_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"authlab/lab/mask"
)

const secret = "Y2KFSDTEFNQD3IG6J6LTLWX4SY"

var xs = strings.Repeat("x", len(secret))

// What is hidden, and what is left as it is.
func TestBytes(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{secret, xs},
		{"GET /bench/" + secret + "/session/profile HTTP/1.1\r\n", "GET /bench/" + xs + "/session/profile HTTP/1.1\r\n"},
		{secret + secret, xs + xs},
		{strings.ToLower(secret), xs},
		{"%2Fbench%2F" + secret + "%2F", "%2Fbench%2F" + xs + "%2F"},
		{"%592kFSDTEF%4eQ", "%78xxxxxxxx%78x"},
		{"%59" + secret[1:7], "%59" + secret[1:7]}, // seven
		{"%59" + secret[1:8], "%78xxxxxxx"},
		{"cut off: " + secret[:8], "cut off: xxxxxxxx"},
		{"cut off: " + secret[:7], "cut off: " + secret[:7]},
		{"its end: " + secret[18:], "its end: xxxxxxxx"},
		{secret[3:20] + "-" + secret[:6], xs[3:20] + "-" + secret[:6]},
		{secret[:9] + secret[5:14], xs[:18]}, // two runs that overlap in the secret
		{"100% of %zz%", "100% of %zz%"},
		{"\x10\x19%\x10\x19", "\x10\x19%\x10\x19"},
		{"nothing of it: Y2KF SDTE FNQD", "nothing of it: Y2KF SDTE FNQD"},
	} {
		in := []byte(c.in)
		if got := string(mask.Bytes(in, secret)); got != c.want || len(got) != len(c.in) {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
		if string(in) != c.in {
			t.Errorf("%q was changed where it is", c.in)
		}
	}
	if got := string(mask.Bytes([]byte("as it is"), "")); got != "as it is" {
		t.Errorf("without a secret: %q", got)
	}
}

// Within base64, wherever the secret begins in it: what is decoded does not hold it.
func TestBase64(t *testing.T) {
	for _, enc := range []*base64.Encoding{base64.RawURLEncoding, base64.StdEncoding} {
		for skipped := range 9 {
			for _, part := range []string{secret, secret[:12], secret[14:], secret[5:13]} {
				in := enc.EncodeToString([]byte(strings.Repeat("\xff", skipped) + part + "\xfe/end"))
				got := mask.Bytes([]byte("a "+in+" b"), secret)
				back, err := enc.DecodeString(string(got[2 : len(got)-2]))
				if err != nil || len(back) != skipped+len(part)+len("\xfe/end") {
					t.Fatalf("%q does not decode any more: %v", got, err)
				}
				if left := longest(back); left > 2 {
					t.Errorf("%q, %d bytes into base64: %d characters are left: %q", part, skipped, left, back)
				}
				// A part may share a character of base64 with what stands beside it.
				if part == secret && (!bytes.HasSuffix(back, []byte("/end")) || !bytes.HasPrefix(back, []byte(strings.Repeat("\xff", skipped)))) {
					t.Errorf("more than the secret was changed: %q", back)
				}
			}
		}
	}
}

// longest is the length of the longest run of the secret in b.
func longest(b []byte) int {
	for n := len(secret); n > 0; n-- {
		for i := 0; i+n <= len(secret); i++ {
			if bytes.Contains(b, []byte(secret[i:i+n])) {
				return n
			}
		}
	}
	return 0
}

type text string

type leaf struct {
	Name    text
	Raw     []byte
	Any     any
	At      time.Time
	private string
}

type tree struct {
	Leaf  leaf
	List  []leaf
	Pairs [2]string
	ByKey map[string]*leaf
	Next  *tree
	Run   func() string
	Empty []string
	None  map[string]string
	Count int
}

// A copy has the shape of what was copied, and the secret is nowhere in it; what was
// copied is as it was.
func TestCopy(t *testing.T) {
	at := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	l := leaf{Name: "a " + secret, Raw: []byte("b " + secret), Any: []string{secret}, At: at, private: "kept"}
	in := tree{
		Leaf: l, List: []leaf{l, {}}, Pairs: [2]string{secret, "plain"}, ByKey: map[string]*leaf{secret: &l, "nil": nil},
		Next: &tree{Leaf: l}, Count: 3, Empty: []string{}, Run: func() string { return "ran" },
	}
	out := mask.Copy(in, secret)
	if shown := fmt.Sprintf("%+v %+v %+v", out, *out.Next, *out.ByKey[xs]); strings.Contains(shown, secret) {
		t.Errorf("the copy has the secret: %s", shown)
	}
	if out.Run() != "ran" || out.Empty == nil || out.None != nil || out.ByKey["nil"] != nil || !out.Leaf.At.Equal(at) || out.Leaf.private != "kept" {
		t.Errorf("the copy is of another shape: %+v", out)
	}
	out.List[0].Raw[0], out.Next.Count = 'z', 9
	if in.List[0].Raw[0] != 'b' || in.Next.Count != 0 || string(in.Leaf.Name) != "a "+secret {
		t.Error("the copy shares what it was made from")
	}
	in.Run, out.Run = nil, nil
	plain := mask.Copy(in, strings.Repeat("QZ", 13))
	if !reflect.DeepEqual(plain, in) {
		t.Errorf("without the secret in it, the copy is another: %+v", plain)
	}
}

// What holds nothing of the secret is not copied, and what is copied is counted.
func TestSized(t *testing.T) {
	type message struct{ Bytes []byte }
	type exchange struct {
		Number            int
		Request, Response message
		Events            []leaf
	}
	plain, tainted := []byte(strings.Repeat("plain ", 1000)), []byte(strings.Repeat("x", 1000)+secret)
	x := &exchange{Number: 7, Request: message{tainted}, Response: message{plain}, Events: []leaf{{Raw: plain}}}
	list := []*exchange{{Number: 6, Response: message{plain}}, x}
	out, made := mask.Sized(list, secret)
	want := int64(2*unsafe.Sizeof(x) + unsafe.Sizeof(*x) + uintptr(len(tainted)))
	if made != want {
		t.Errorf("%d bytes were made, want %d: the list, one of its exchanges and that one's request", made, want)
	}
	if out[0] != list[0] || &out[1].Response.Bytes[0] != &plain[0] || &out[1].Events[0] != &x.Events[0] {
		t.Error("what does not hold the secret was copied")
	}
	if out[1] == x || bytes.Contains(out[1].Request.Bytes, []byte(secret)) || !bytes.HasSuffix(x.Request.Bytes, []byte(secret)) {
		t.Error("the secret is not hidden in a copy")
	}
	if same, made := mask.Sized(list[:1], secret); made != 0 || &same[0] != &list[0] {
		t.Errorf("of what does not hold the secret, %d bytes were made", made)
	}
	if none, made := mask.Sized[any](nil, secret); none != nil || made != 0 {
		t.Errorf("of nothing, %d bytes were made: %v", made, none)
	}
}

func FuzzBytes(f *testing.F) {
	f.Add([]byte(secret))
	f.Add([]byte("%59%32KFSDTEF" + secret[4:]))
	f.Add([]byte(base64.RawURLEncoding.EncodeToString([]byte("." + secret))))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := mask.Bytes(b, secret)
		if len(got) != len(b) {
			t.Fatalf("%q becomes %q", b, got)
		}
		if left := longest(got); left >= 8 {
			t.Errorf("%q: %d characters in a row are left: %q", b, left, got)
		}
	})
}

func BenchmarkBytes(b *testing.B) {
	page := bytes.Repeat([]byte("GET /bench/"+secret+"/session/profile HTTP/1.1\r\nAccept: text/html,application/xhtml+xml\r\n"), 700)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		mask.Bytes(page, secret)
	}
}
