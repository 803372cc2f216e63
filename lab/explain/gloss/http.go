package gloss

// methodGlosses explains request methods.
var methodGlosses = map[string]note{
	"GET":     rfc(9110, "9.3.1", "Asks for a representation. It is safe: it must change nothing on the server."),
	"HEAD":    rfc(9110, "9.3.2", "Like GET, but the answer has no content. It is safe."),
	"POST":    rfc(9110, "9.3.3", "Hands content to the resource, to be dealt with as the resource sees fit. It may change something, so the server checks where it comes from."),
	"PUT":     rfc(9110, "9.3.4", "Replaces the resource by the content."),
	"DELETE":  rfc(9110, "9.3.5", "Removes the resource."),
	"CONNECT": rfc(9110, "9.3.6", "Asks a proxy for a tunnel."),
	"OPTIONS": rfc(9110, "9.3.7", "Asks what can be done with the resource. Browsers use it to ask first before a cross-origin request (CORS)."),
	"TRACE":   rfc(9110, "9.3.8", "Asks for the request itself to be sent back."),
	"PATCH":   rfc(5789, "2", "Changes a part of the resource."),
}

// statusGlosses explains status codes.
var statusGlosses = map[string]note{
	"100": rfc(9110, "15.2.1", "Interim: the server has read the head and wants the content. The answer is still to come."),
	"101": rfc(9110, "15.2.2", "From here on the connection speaks another protocol."),
	"103": rfc(8297, "2", "Interim: fields that the answer is likely to have, so that the browser can begin to load."),
	"200": rfc(9110, "15.3.1", "The request has succeeded, and this is the result."),
	"201": rfc(9110, "15.3.2", "Something new has been made."),
	"204": rfc(9110, "15.3.5", "The request has succeeded, and there is nothing more to say."),
	"206": rfc(9110, "15.3.7", "The part that was asked for."),
	"301": rfc(9110, "15.4.2", "Moved for good. Many clients change a POST to a GET on the way."),
	"302": rfc(9110, "15.4.3", "For now, it is elsewhere. Many clients change a POST to a GET on the way."),
	"303": rfc(9110, "15.4.4", "See other: go on with a GET at the address in Location, or a HEAD after a HEAD. After a form post it keeps a reload from posting again."),
	"304": rfc(9110, "15.4.5", "The copy that the client holds is still current. No content is sent."),
	"307": rfc(9110, "15.4.8", "For now, it is elsewhere; ask there again with the same method and the same content."),
	"308": rfc(9110, "15.4.9", "Moved for good; ask there with the same method and the same content."),
	"400": rfc(9110, "15.5.1", "The server cannot make sense of the request. Sending it again as it is will not help."),
	"401": rfc(9110, "15.5.2", "Unauthorized, which means not authenticated: there is no valid credential. The answer must say by WWW-Authenticate which kind it asks for."),
	"403": rfc(9110, "15.5.4", "Understood, and refused. If a credential came along, it is not enough; a fresh one of the same account would not help."),
	"404": rfc(9110, "15.5.5", "There is nothing here, or nothing that the server is willing to tell of."),
	"405": rfc(9110, "15.5.6", "The path exists, but does not answer to this method. Allow lists those that it answers to."),
	"406": rfc(9110, "15.5.7", "The server has no representation that the client accepts."),
	"408": rfc(9110, "15.5.9", "The request did not arrive in time."),
	"411": rfc(9110, "15.5.12", "The server wants to know the length of the content first."),
	"412": rfc(9110, "15.5.13", "A condition that the request set does not hold."),
	"413": rfc(9110, "15.5.14", "The content is larger than the server is willing to read."),
	"414": rfc(9110, "15.5.15", "The request target is longer than the server is willing to read."),
	"415": rfc(9110, "15.5.16", "The content is of a media type that this resource does not take."),
	"416": rfc(9110, "15.5.17", "The part that was asked for does not exist."),
	"417": rfc(9110, "15.5.18", "The server cannot meet what Expect asks for."),
	"421": rfc(9110, "15.5.20", "This server does not answer for the host that was asked for."),
	"422": rfc(9110, "15.5.21", "The content is well formed, but what it says cannot be accepted: here, an email and a password that do not match."),
	"429": rfc(6585, "4", "Too many requests in too short a time."),
	"431": rfc(6585, "5", "The header section is larger than the server is willing to read."),
	"500": rfc(9110, "15.6.1", "Something broke on the server. It is not the client's fault."),
	"501": rfc(9110, "15.6.2", "The server does not know how to do what the request needs."),
	"502": rfc(9110, "15.6.3", "A proxy got no usable answer from the server behind it."),
	"503": rfc(9110, "15.6.4", "The server cannot answer just now. Trying again later may help."),
	"504": rfc(9110, "15.6.5", "A proxy got no answer in time from the server behind it."),
	"505": rfc(9110, "15.6.6", "The server does not speak this version of HTTP."),
}

// startGlosses explains what else a start line holds.
var startGlosses = map[string]note{
	"target":  rfc(9112, "3.2", "The request target: the path, and the query if there is one. The host is not in it; it has a field of its own."),
	"version": rfc(9112, "2.3", "The version of HTTP that the sender speaks."),
}

// attributeGlosses explains the attributes of Set-Cookie, by their names in
// lower case, with the value where it decides.
var attributeGlosses = map[string]note{
	"path":            rfc(6265, "4.1.2.4", "The browser sends the cookie to this path and what lies below it. That keeps requests apart, not scripts: pages of other paths on the same host can still get at it."),
	"domain":          rfc(6265, "4.1.2.3", "The browser sends the cookie to this host and all hosts below it. Without the attribute it goes to the host that set it, alone."),
	"expires":         rfc(6265, "4.1.2.1", "The browser forgets the cookie at this moment. One in the past deletes it at once. Max-Age wins where both are given."),
	"max-age":         rfc(6265, "4.1.2.2", "The browser forgets the cookie after this many seconds. Zero or less deletes it at once. The server has to keep its own deadline: a browser need not obey."),
	"httponly":        rfc(6265, "4.1.2.6", "The browser sends this cookie but never shows it to page scripts."),
	"secure":          rfc(6265, "4.1.2.5", "The browser sends the cookie over a secure connection only. Chromium counts localhost as one."),
	"samesite":        sameSite("Whether the cookie goes along with requests that another site causes. This value is not one that browsers know, so they apply their default."),
	"samesite=strict": sameSite("The browser sends the cookie only with requests that the same site caused. Following a link from elsewhere arrives without it."),
	"samesite=lax":    sameSite("The browser sends the cookie with requests of the same site, and of those of other sites only with what takes the whole tab there by a safe method, such as GET, whether or not a person did it. A form that another site posts, its images and its frames go without it."),
	"samesite=none":   sameSite("SameSite holds the cookie back from nothing. Browsers accept that only together with Secure, and those that block or partition third-party cookies go on doing so."),
	"partitioned":     {"The browser keeps one such cookie for each site that the tab is at (CHIPS), so that a frame cannot recognise its visitor across sites.", "Cookies Having Independent Partitioned State", "https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies"},
	"priority":        {"Which cookies Chromium drops first when a host has too many. No standard has it.", "A Retention Priority Attribute for HTTP Cookies (draft-west-cookie-priority)", "https://datatracker.ietf.org/doc/html/draft-west-cookie-priority"},
}

// SessionID explains the value of the session cookie wherever it stands.
var SessionID = Gloss{
	Title:  "session id",
	Text:   "A random name for a record on the server. It says nothing by itself, and whoever has it is taken for the person who logged in.",
	Source: "RFC 6265, section 8.4",
	URL:    "https://www.rfc-editor.org/rfc/rfc6265#section-8.4",
}
