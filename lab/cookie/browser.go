package cookie

// party is what a browser does about the cookies of other sites than the tab's.
type party int

const (
	allowed party = iota
	ownJar        // they are kept apart for each site that a tab shows
	blocked
)

// rules are where browsers, or the draft, make a choice. The same code acts out
// all of them, so a browser's row differs by nothing but these.
type rules struct {
	browser, how    string
	localSecure     bool // http on this machine counts as a secure connection
	defaultNone     bool // a cookie without SameSite is sent from anywhere
	laxPost         bool // the exception of two minutes
	noneNeedsSecure bool
	schemeful       bool // http and https of one domain are two sites
	strictBytes     bool // refuses TAB, and "=" in a value without a name
	httpPrefixes    bool // acts on __Http- and __Host-Http-
	partitions      bool // acts on Partitioned
	lastMaxAge      bool // the last Max-Age counts even if it cannot be read
	refusesDot      bool // refuses a Domain that is nothing but a dot
	scriptCap       bool // what document.cookie sets is kept for a week at most
	pairIsName      bool // a pair without "=" is a name with an empty value
	needsName       bool // refuses a cookie without a name
	lastExpires     bool // the last Expires counts even if it cannot be read
	minusIsPast     bool // a Max-Age with a minus is past, whatever follows
	hostByDefault   bool // __Host- may have the default-path, where that is /
	ownDates        bool // reads dates in a way of its own, not acted out here
	thirdParty      party
	notes           map[string]Note
}

// draft are the rules of draft 22 itself.
var draft = rules{noneNeedsSecure: true, schemeful: true}

// Note says where a browser differs from the draft, and how that is known.
type Note struct {
	Text   string `json:"text"`
	Source string `json:"source"` // "" where it is not known
	URL    string `json:"url"`    // of the source, "" for our own measurement
}

const (
	measured       = "measured with Chromium 156"
	inFox          = "measured with Firefox 153"
	mdn            = "MDN compatibility data, Set-Cookie"
	mdnURL         = "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#browser_compatibility"
	layered        = "https://datatracker.ietf.org/doc/draft-ietf-httpbis-layered-cookies/"
	partitioned    = "MDN, Partitioned cookies"
	partitionedURL = "https://developer.mozilla.org/docs/Web/Privacy/Guides/Third-party_cookies/Partitioned_cookies"
	unasked        = "its differences are from documentation; it was not run here"
)

// browsers are the browsers that have a row, in order.
var browsers = []rules{
	{
		browser: "Chromium", how: "its differences were measured with Chromium 156",
		localSecure: true, laxPost: true, noneNeedsSecure: true, schemeful: true, strictBytes: true, httpPrefixes: true, partitions: true,
		lastMaxAge: true, refusesDot: true,
		notes: map[string]Note{
			"local":       {"Plain http to this machine (localhost, 127.0.0.1) counts as secure.", measured, ""},
			"laxPost":     {"A cookie that names no SameSite is sent with another site's form post while it is under two minutes old.", measured + "; Chromium, SameSite FAQ", "https://www.chromium.org/updates/same-site/faq/"},
			"tab":         {"It refuses a cookie with a TAB in its name or value.", measured, ""},
			"nameless":    {"It refuses a cookie without a name whose value has an equals sign.", measured, ""},
			"httpPrefix":  {"__Http- and __Host-Http- promise Secure and HttpOnly: without both, the cookie is rejected. They are in the draft that is to replace this one.", measured + "; draft-ietf-httpbis-layered-cookies", layered},
			"partitioned": {"Partitioned needs Secure. The cookie is sent only where the tab shows the site that it was set under.", measured + "; " + partitioned, partitionedURL},
			"lastMaxAge":  {"The last Max-Age counts even where it cannot be read: an earlier one has no effect.", measured, ""},
			"dot":         {"It refuses a cookie whose Domain is nothing but a dot.", measured, ""},
			"thirdParty":  {"Its setting decides: allowed where nothing is set, as shown in this row; blocked in Incognito windows, and by Debian’s build unless told otherwise. Where they are blocked, none of these is sent.", measured + "; Chrome’s policy BlockThirdPartyCookies", "https://chromeenterprise.google/policies/#BlockThirdPartyCookies"},
		},
	},
	{
		browser: "Firefox", how: "its differences were measured with Firefox 153",
		localSecure: true, defaultNone: true, noneNeedsSecure: true, httpPrefixes: true, partitions: true, lastMaxAge: true, refusesDot: true,
		pairIsName: true, needsName: true, lastExpires: true, minusIsPast: true, hostByDefault: true, ownDates: true, thirdParty: ownJar,
		notes: map[string]Note{
			"local":       {"Plain http to this machine (localhost, 127.0.0.1) counts as secure.", inFox + "; MDN, Set-Cookie, Secure", "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#secure"},
			"defaultNone": {"A cookie that names no SameSite is sent from anywhere: Lax by default is behind a preference.", inFox + "; " + mdn, mdnURL},
			"schemeless":  {"http and https of one domain are one site: telling them apart is behind a preference.", inFox + "; " + mdn, mdnURL},
			"thirdParty":  {"Cookies are kept apart for each site that a tab shows, so this one is not found under another site (Total Cookie Protection).", inFox + "; MDN, State Partitioning", "https://developer.mozilla.org/docs/Web/Privacy/Guides/State_Partitioning"},
			"httpPrefix":  {"__Http- and __Host-Http- promise Secure and HttpOnly: without both, the cookie is rejected. They are in the draft that is to replace this one.", inFox + "; draft-ietf-httpbis-layered-cookies", layered},
			"partitioned": {"Partitioned needs Secure. The cookie is sent only where the tab shows the site that it was set under.", inFox + "; " + partitioned, partitionedURL},
			"lastMaxAge":  {"The last Max-Age counts even where it cannot be read: an earlier one has no effect.", inFox, ""},
			"lastExpires": {"The last Expires counts even where it cannot be read: an earlier one has no effect.", inFox, ""},
			"minusIsPast": {"A Max-Age that starts with a minus is past, whatever follows the minus.", inFox, ""},
			"dot":         {"It refuses a cookie whose Domain is nothing but a dot.", inFox, ""},
			"pairIsName":  {"A pair without an equals sign is a name with an empty value, not a value without a name.", inFox, ""},
			"needsName":   {"It refuses a cookie without a name.", inFox, ""},
			"hostDefault": {"A __Host- name needs the path /; the default-path will do, without a Path that says so.", inFox, ""},
			"ownDates":    {"It reads dates in a way of its own and takes some that the draft does not, such as one without a time of day. This row reads them as the draft does.", inFox, ""},
		},
	},
	{
		browser: "Safari", how: unasked,
		defaultNone: true, scriptCap: true, thirdParty: blocked,
		notes: map[string]Note{
			"local":        {"Secure cookies are not sent over plain http to localhost.", "WebKit bug 281149", "https://webkit.org/b/281149"},
			"defaultNone":  {"A cookie that names no SameSite is sent from anywhere.", mdn, mdnURL},
			"noneInsecure": {"SameSite=None without Secure is taken.", mdn, mdnURL},
			"schemeless":   {"http and https of one domain are one site.", mdn, mdnURL},
			"thirdParty":   {"All cookies of other sites than the tab shows are blocked.", "WebKit, Full Third-Party Cookie Blocking and More", "https://webkit.org/blog/10218/full-third-party-cookie-blocking-and-more/"},
			"scriptCap":    {"A cookie that document.cookie sets is kept for seven days at most.", "WebKit, Intelligent Tracking Prevention 2.1", "https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/"},
			"httpPrefix":   {"Whether it acts on __Http- and __Host-Http- is not known here; this row takes them for ordinary names.", "", ""},
			"partitioned":  {"MDN counts it among the browsers that know Partitioned. That was not tried here; this row ignores it.", partitioned, partitionedURL},
		},
	},
}

// noteSet are the keys of the notes that a run met, each once, in order.
type noteSet struct{ keys []string }

func (n *noteSet) add(key string) {
	for _, k := range n.keys {
		if k == key {
			return
		}
	}
	n.keys = append(n.keys, key)
}

// of returns the notes that these rules have.
func (n *noteSet) of(r *rules) []Note {
	out := []Note{}
	for _, key := range n.keys {
		if note, ok := r.notes[key]; ok {
			out = append(out, note)
		}
	}
	return out
}
