package plot

// Sight is what a projector shows of an exchange in one place. How it is drawn is for
// the pages to know.
type Sight string

// The sights.
const (
	Nothing Sight = ""

	// On the wire.
	Unproved   Sight = "unproved"    // no proof is brought, and what the answer says to do
	LoggedIn   Sight = "logged in"   // the credential that travels from here on
	TakenApart Sight = "taken apart" // the answer alone, with what its credential is made of
	Carried    Sight = "carried"     // how the request carries the credential
	RoleTold   Sight = "role told"   // the role that the answer tells
	LoggedOut  Sight = "logged out"  // what the answer says about the credential
	Presented  Sight = "presented"   // the credential that is presented, and the answer to it

	// At the server.
	Written    Sight = "written"    // what was written
	Remembered Sight = "remembered" // what is remembered
	Judged     Sight = "judged"     // every check
	Deciding   Sight = "deciding"   // the check that decided, and what was compared
	Deleted    Sight = "deleted"    // what became of the records

	// In the browser.
	KeptHere Sight = "kept" // what it keeps, and how
	LeftHere Sight = "left" // what is left there
)
