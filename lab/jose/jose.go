// Package jose takes compact JWS tokens apart and verifies them with keys in
// every form, check by check, so that each can be shown with the clause that it
// acts out.
//
// [Read] finds the token in whatever was pasted and names what it took off.
// [ReadKey] recognises a key. [Verify] runs the checks of RFC 7515, 7518, 7519,
// 7797, 8037 and 8725 in their order; [Sign] makes a token. [Inspect] does all
// but the last at once.
//
// The arithmetic is the standard library's; what stands around it is ours,
// because a library that serves applications may let pass what an inspector
// must name. The package is pure: it has no clock, opens no connection and reads
// no file, so nothing that a token points to (jku, x5u) can ever be fetched, and
// what a token brings along (jwk, x5c) is never used as the key.
package jose

// Range is a run of bytes: Start is the first, End the one after the last.
type Range struct{ Start, End int }

// Note says what was tolerated: what was taken off the text, or is unusual in
// it, and where in the text as it was given.
type Note struct {
	Text string
	Range
}

// Problem is one thing that is wrong with a part.
type Problem struct {
	Text string // "the octet 0x2b at offset 3 …": a clause, without a full stop
	Hint string // what it is more exactly, or ""
	At   int    // where: an offset into Encoded, or into the octets where Decoded is true
	// Decoded says that At counts the octets of the decoded part, not the
	// characters of the encoded one.
	Decoded bool
}

// String writes the problem with its hint.
func (p Problem) String() string {
	if p.Hint == "" {
		return p.Text
	}
	return p.Text + " (" + p.Hint + ")"
}

// Part is one part of a compact JWS (RFC 7515, section 7.1).
type Part struct {
	Encoded string // as it stands in the token
	Range          // where it stands in the text as it was given
	Missing bool   // there is no such part
	// Decoded are the octets, nil where Encoded is not strict base64url.
	Decoded []byte
	// Lenient are the octets as a lenient decoder would have them, where
	// Decoded is nil. They are for showing and for nothing else.
	Lenient  []byte
	Problems []Problem // of its base64url
}

// Octets are the part's octets for showing, strictly decoded or not.
func (p Part) Octets() []byte {
	if p.Decoded != nil {
		return p.Decoded
	}
	return p.Lenient
}

// Member is one member of a JSON object, as it is spelled there.
type Member struct {
	Name      string // unescaped
	Value     string // its JSON text
	Range            // of the value, in the octets of the object
	Duplicate bool   // the name came before
}

// Object is a JSON object with its members in their order, duplicates too.
type Object struct {
	Members []Member
	// Problem is why the text is no JSON object, or not a good one, or nil. The
	// members are then those that can be read before it.
	Problem *Problem
}

// Get returns the last member of that name, as most readers do.
func (o Object) Get(name string) (Member, bool) {
	for i := len(o.Members) - 1; i >= 0; i-- {
		if o.Members[i].Name == name {
			return o.Members[i], true
		}
	}
	return Member{}, false
}

// Repeated returns the first name that occurs twice, or "" and false.
func (o Object) Repeated() (string, bool) {
	for _, m := range o.Members {
		if m.Duplicate {
			return m.Name, true
		}
	}
	return "", false
}

// Form is what kind of JOSE object a text is.
type Form string

// The forms. Only the first is verified; the others are recognised and named.
const (
	Compact       Form = "compact JWS"             // RFC 7515, section 7.1
	Detached      Form = "compact JWS, detached"   // RFC 7515, appendix F: the payload travels elsewhere
	JSONFlattened Form = "JWS, flattened JSON"     // RFC 7515, section 7.2.2
	JSONGeneral   Form = "JWS, general JSON"       // RFC 7515, section 7.2.1
	JWECompact    Form = "compact JWE"             // RFC 7516, section 7.1
	JWEJSON       Form = "JWE, JSON"               // RFC 7516, section 7.2
	Unknown       Form = "neither a JWS nor a JWE" // another number of parts
	Empty         Form = "nothing"                 // no text at all
)

// Token is a JWS taken apart.
type Token struct {
	Raw   string // the token itself, after what Notes name was taken off
	Range        // of Raw in the text as it was given
	Form  Form
	Notes []Note
	// Spaces are the runs of white space that stood inside the token and were
	// taken off. They make it malformed.
	Spaces                     []Range
	Parts                      int // how many there are between the dots
	Header, Payload, Signature Part
	Params                     Object // of the header
	Claims                     Object // of the payload, where it is a JSON object
	// Nested says that the payload is itself a compact JWS or JWE.
	Nested bool
}

// Alg is the header's alg where it is a string, else "".
func (t Token) Alg() string { return text(t.Params, "alg") }

// SigningInput is what the signature is computed over (RFC 7515, section 5.1,
// step 5). With b64 false the payload stands in it as it is (RFC 7797, section
// 3), which is how it stands in the token, too.
func (t Token) SigningInput() string { return t.Header.Encoded + "." + t.Payload.Encoded }
