package sealed

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// TestStories acts out testdata/*.txt, one command a line:
//
//	send NAME: VALUE           adds a header to the next request
//	GET PATH                   sends a request, as a client that keeps its credential
//	POST PATH form A=B&C=D     … with a form; "json" and "text" likewise
//	login ID                   logs in to the account, with its password
//	refused                    the answer is that of somebody who is not logged in
//	code N                     the answer's status
//	header NAME VALUE          the answer's header; without VALUE there must be none,
//	header NAME ~ TEXT         with ~ TEXT is in it, with !~ it is not
//	body TEXT                  TEXT is in the answer's body
//	lacks TEXT                 TEXT is not
//
// and what world.act understands. $NAME is a credential copied before. Time is
// synctest's, so hours pass at once.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				s := story{t: t, world: newWorld(t), header: http.Header{}}
				for i, line := range strings.Split(string(script), "\n") {
					s.at = file + ":" + strconv.Itoa(i+1)
					s.tell(os.Expand(line, s.world.copied))
				}
			})
		})
	}
}

type story struct {
	t      *testing.T
	world  *world
	at     string      // file and line
	header http.Header // of the next request
	answer *httptest.ResponseRecorder
}

func (s *story) tell(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "", "#":
	case "send":
		name, value, _ := strings.Cut(rest, ": ")
		s.header.Add(name, value)
	case "GET", "HEAD", "POST", "PUT":
		s.request(verb, rest)
	case "login":
		s.answer = s.world.logIn(rest)
	case "refused":
		s.hold(s.world.refused(s.answer), "the code is %d, the header %v", s.answer.Code, s.answer.Header())
	case "code":
		s.hold(strconv.Itoa(s.answer.Code) == rest, "the code is %d", s.answer.Code)
	case "header":
		s.checkHeader(rest)
	case "body":
		s.hold(strings.Contains(s.answer.Body.String(), rest), "the body is %s", s.answer.Body)
	case "lacks":
		s.hold(!strings.Contains(s.answer.Body.String(), rest), "the body is %s", s.answer.Body)
	default:
		if err := s.world.act(verb, rest); err != nil {
			s.t.Fatalf("%s: %s: %v", s.at, line, err)
		}
	}
}

func (s *story) hold(ok bool, format string, args ...any) {
	s.t.Helper()
	if !ok {
		s.t.Errorf(s.at+": "+format, args...)
	}
}

func (s *story) request(method, rest string) {
	path, rest, _ := strings.Cut(rest, " ")
	kind, body, _ := strings.Cut(rest, " ")
	switch kind {
	case "form":
		s.header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "json":
		s.header.Set("Content-Type", "application/json")
	}
	s.answer = s.world.send(method, path, s.header, body)
	s.header = http.Header{}
	s.hold(s.answer.Code < 500 || s.world.broken, "the code is %d", s.answer.Code)
}

func (s *story) checkHeader(rest string) {
	name, want, _ := strings.Cut(rest, " ")
	got := strings.Join(s.answer.Header().Values(name), " | ")
	if text, contains := strings.CutPrefix(want, "~ "); contains {
		s.hold(strings.Contains(got, text), "%s is %q", name, got)
	} else if text, lacks := strings.CutPrefix(want, "!~ "); lacks {
		s.hold(!strings.Contains(got, text), "%s is %q", name, got)
	} else {
		s.hold(got == want, "%s is %q", name, got)
	}
}

// request makes one, as the server would hand it to an application at base.
func request(base, method, path string, header http.Header, body string) *http.Request {
	r := httptest.NewRequest(method, "http://library.test"+strings.TrimSuffix(base, "/")+path, io.NopCloser(strings.NewReader(body)))
	r.Header = header
	return r
}

// serve answers r by the application at base.
func serve(app *App, base string, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	http.StripPrefix(strings.TrimSuffix(base, "/"), app).ServeHTTP(answer, r)
	return answer
}
