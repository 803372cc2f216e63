package export

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"authlab/lab/journal"
)

// expectFrom is the length of content from which versions of curl ask first
// whether it is welcome, unless they are told not to.
const expectFrom = 1024

// Curl is a command for a POSIX shell that sends an exchange's request again, to
// the lab at b.Base: the same method, target, fields and content. The lab
// records it as an exchange of its own. Host and the fields that frame the
// content are left to curl, as is "Connection: keep-alive", which curl's own
// connection does by itself. Where curl cannot say the request, the command is a
// comment that says why.
func Curl(b Bench, x *journal.Exchange) string {
	r, err := ReadRequest(x)
	if err == nil {
		err = r.sayable()
	}
	if err != nil {
		return "# curl cannot send this request as it was: " + err.Error() + ".\n" +
			"# Its bytes are at " + b.address(x) + "/request"
	}
	return r.Curl(b.Base)
}

// sayable returns what curl's options have no way to say.
func (r Request) sayable() error {
	if r.Method == http.MethodHead && len(r.Content)+len(r.values("Transfer-Encoding")) > 0 {
		return errors.New("it is a HEAD with content")
	}
	return nil
}

// Curl is the request as a command for a POSIX shell. base is the scheme and
// host to send it to.
func (r Request) Curl(base string) string {
	c := command{words: []string{"curl -i"}}
	if r.Version != "" {
		c.words[0] += " --" + strings.ToLower(strings.ReplaceAll(r.Version, "/", ""))
	}
	c.method(r)
	c.url(r.Target, base)
	c.fields(r)
	c.content(r)
	return c.String()
}

// WriteCurls writes every exchange's command, each under a comment that names it.
// An error is w's.
func WriteCurls(w io.Writer, b Bench, xs []*journal.Exchange) error {
	out := lines{w: w}
	out.write("# Recorded by AuthLab. Each command sends one recorded request again, with the\n" +
		"# credential that it had; the lab records it as a new exchange of the bench.\n")
	if strings.HasPrefix(b.Base, "https://") {
		out.write("# Where curl does not know who signed the lab's certificate, add --cacert FILE with\n" +
			"# the certificate of who did; a self-signed one vouches for itself.\n")
	}
	if len(xs) == 0 {
		out.write("# " + nothing + "\n")
	}
	for _, x := range xs {
		if out.err != nil {
			break
		}
		out.write("\n# " + caption(x) + "\n" + Curl(b, x) + "\n")
	}
	return out.err
}

// command is a curl command under construction: its words, a line each, and what
// is piped into it.
type command struct {
	words []string
	stdin string
}

func (c *command) String() string {
	s := strings.Join(c.words, " \\\n  ")
	if c.stdin != "" {
		s = c.stdin + " |\n" + s
	}
	return s
}

func (c *command) method(r Request) {
	switch {
	case r.Method == http.MethodHead:
		c.words[0] += " --head"
	case r.Method == http.MethodGet && !r.sized(), r.Method == http.MethodPost && r.sized():
		// curl's own choice
	default:
		c.words[0] += " -X " + word(r.Method)
	}
}

// url adds the address. A target that curl would tidy up, or that is no URL, is
// given apart from it.
func (c *command) url(target, base string) {
	if strings.Contains(base, "[") {
		c.words[0] += " --globoff"
	}
	if tidy(target) {
		c.words[0] += " " + Quote(base+target)
		return
	}
	c.words[0] += " " + Quote(base+"/")
	c.words = append(c.words, "--request-target "+Quote(target))
}

// tidy reports whether curl sends a target as it is written: no dot segments,
// no globs, no fragment, no character that a URL cannot have.
func tidy(target string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%"
	dots := strings.Contains(target, "/.") || strings.Contains(strings.ToLower(target), "%2e")
	return strings.HasPrefix(target, "/") && strings.Trim(target, characters) == "" && !dots
}

func (c *command) fields(r Request) {
	for _, f := range r.Fields {
		if r.implied(f) {
			continue
		}
		if f.Value == "" {
			c.header(f.Name + ";") // curl's way to say a field without a value
			continue
		}
		c.header(f.Name + ": " + f.Value)
	}
	for _, name := range r.without() {
		c.header(name + ":")
	}
}

func (c *command) header(line string) { c.words = append(c.words, "-H "+Quote(line)) }

// implied reports whether curl sends the field by itself, with the value that is
// right for what it sends.
func (r Request) implied(f Field) bool {
	switch strings.ToLower(f.Name) {
	case "host":
		return validHost(f.Value)
	case "content-length":
		return r.sized() // of a HEAD it is a field like any other
	case "connection":
		return strings.EqualFold(f.Value, "keep-alive")
	}
	return false
}

// without lists the fields that curl sends unless it is told not to, and that
// this request does not have. A request built by hand, without a version, does
// not mind them.
func (r Request) without() []string {
	if r.Version == "" {
		return nil
	}
	var list []string
	for _, name := range []string{"Host", "User-Agent", "Accept"} {
		if len(r.values(name)) == 0 {
			list = append(list, name)
		}
	}
	if r.sized() && len(r.values("Content-Type")) == 0 {
		list = append(list, "Content-Type")
	}
	if len(r.Content) > expectFrom && len(r.values("Expect")) == 0 {
		list = append(list, "Expect")
	}
	return list
}

// sized reports whether the request says how long its content is, even if that
// is nothing at all. HEAD never does, with curl.
func (r Request) sized() bool {
	return r.Method != http.MethodHead && len(r.values("Content-Length"))+len(r.values("Transfer-Encoding")) > 0
}

// content adds the content, by way of a pipe where a word cannot carry it or
// curl would take it for the name of a file.
func (c *command) content(r Request) {
	if !r.sized() {
		return
	}
	s := string(r.Content)
	if plain(s) && !strings.HasPrefix(s, "@") {
		c.words = append(c.words, "--data-binary "+single(s))
		return
	}
	c.stdin = printf(s)
	c.words = append(c.words, "--data-binary @-")
}

// validHost reports whether a Host is a name or an address, with or without a
// port: what curl puts in its place means the same to the lab.
func validHost(s string) bool {
	name, port := s, ""
	if at := strings.LastIndex(s, ":"); at > strings.LastIndex(s, "]") {
		name, port = s[:at], s[at+1:]
	}
	if _, err := strconv.ParseUint(port, 10, 16); port != "" && err != nil {
		return false
	}
	const characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._[]:"
	return name != "" && strings.Trim(name, characters) == ""
}

// word quotes s unless it is a plain word.
func word(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == "" {
		return s
	}
	return Quote(s)
}
