package gloss

// claimGlosses explains claims: the registered ones of RFC 7519, and those of
// the Corner Library.
var claimGlosses = map[string]note{
	"iss":     rfc(7519, "4.1.1", "Issuer: who made the token. A verifier accepts only the issuer that it expects."),
	"sub":     rfc(7519, "4.1.2", "Subject: the account that the token speaks about, by its id."),
	"aud":     rfc(7519, "4.1.3", "Audience: for whom the token was made. Whoever is not named here must refuse it."),
	"exp":     rfc(7519, "4.1.4", "Expiration time, in seconds since 1970. From this moment on the token must be refused. Nothing on the server can move it."),
	"nbf":     rfc(7519, "4.1.5", "Not before, in seconds since 1970. Until this moment the token must be refused."),
	"iat":     rfc(7519, "4.1.6", "Issued at, in seconds since 1970. What the token says was true then."),
	"jti":     rfc(7519, "4.1.7", "JWT id: a name for this one token, by which it could be put on a list of revoked ones."),
	"name":    {"The person's full name, as it was when the token was made.", "OpenID Connect Core 1.0, section 5.1", "https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims"},
	"email":   {"The person's email address, as it was when the token was made.", "OpenID Connect Core 1.0, section 5.1", "https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims"},
	"role":    rfc(7519, "4.3", "A private claim of the Corner Library: what the account may do, as it was when the token was made. A later change does not reach it."),
	"ver":     rfc(7519, "4.3", "A private claim of the Corner Library: the account's version when the token was made. Logging out raises the account's, and tokens with a lower one are refused."),
	"shelves": rfc(7519, "4.3", "A private claim of the Corner Library: a long list of what the account may do with which shelf. It travels with every request."),
	"scope":   rfc(8693, "4.2", "What the token may be used for, as words with spaces between them."),
}

// paramGlosses explains the parameters of a JOSE header.
var paramGlosses = map[string]note{
	"alg":      rfc(7515, "4.1.1", "The algorithm that the token says it was signed with. A verifier must not trust it: the server decides which algorithm it accepts."),
	"jku":      rfc(7515, "4.1.2", "An address of a set of keys. A server that fetches it uses whatever keys the sender likes."),
	"jwk":      rfc(7515, "4.1.3", "The key itself. A server that uses it accepts what anyone has signed."),
	"kid":      rfc(7515, "4.1.4", "Which of the server's keys signed this. It is a name to look up, and comes from a stranger like everything else here."),
	"x5u":      rfc(7515, "4.1.5", "An address of a certificate."),
	"x5c":      rfc(7515, "4.1.6", "A chain of certificates."),
	"x5t":      rfc(7515, "4.1.7", "The SHA-1 fingerprint of a certificate."),
	"x5t#S256": rfc(7515, "4.1.8", "The SHA-256 fingerprint of a certificate."),
	"typ":      rfc(7519, "5.1", "The media type of the whole, which is JWT. JWT tells a token from other things, not one kind of JWT from another; narrower types, such as at+jwt, do (RFC 8725, section 3.11)."),
	"cty":      rfc(7519, "5.2", "The media type of the content. JWT means that a token lies within the token."),
	"crit":     rfc(7515, "4.1.11", "Names of parameters that a verifier must understand. One that it does not know makes the token invalid."),
	"b64":      rfc(7797, "3", "With false, the payload is not base64url encoded. JWTs must not use it."),
}

// partGlosses explains the three parts of a token, by their Ref.
var partGlosses = map[string]Gloss{
	"hdr":      {"header", "The JOSE header, as base64url of JSON: how the token says it was signed. Encoded is not encrypted.", "RFC 7515, section 4", "https://www.rfc-editor.org/rfc/rfc7515#section-4"},
	"pay":      {"payload", "The claims, as base64url of JSON. Whoever holds the token can read them; whoever changes them without the key is given away by the signature.", "RFC 7519, section 4", "https://www.rfc-editor.org/rfc/rfc7519#section-4"},
	"jwe.hdr":  {"header", "The JOSE header of a JWE, as base64url of JSON: how the rest was encrypted. It is the one part that everybody can read.", "RFC 7516, section 4", "https://www.rfc-editor.org/rfc/rfc7516#section-4"},
	"jwe.key":  {"encrypted key", "A key that is good for this JWE alone, encrypted with another. With dir there is none: the server's own key encrypts the content.", "RFC 7518, section 4.5", "https://www.rfc-editor.org/rfc/rfc7518#section-4.5"},
	"jwe.iv":   {"initialization vector", "A random number, new each time, so that the same content never looks the same twice. It is no secret.", "RFC 7518, section 5.3", "https://www.rfc-editor.org/rfc/rfc7518#section-5.3"},
	"jwe.text": {"ciphertext", "The session itself, encrypted. Who has the key reads it; for everybody else it is noise, as long as what is in it.", "RFC 7516, section 5.1", "https://www.rfc-editor.org/rfc/rfc7516#section-5.1"},
	"jwe.tag":  {"authentication tag", "Computed over the header and the ciphertext with the same key. Where it fits, not a bit was changed.", "RFC 7518, section 5.3", "https://www.rfc-editor.org/rfc/rfc7518#section-5.3"},
	"sig":      {"signature", "Computed over header and payload with a key that only the server has. Where it matches, nothing was changed since. It hides nothing.", "RFC 7515, section 5.1", "https://www.rfc-editor.org/rfc/rfc7515#section-5.1"},
}

// memberGlosses explains members of JSON and of forms.
var memberGlosses = map[string]note{
	"access_token":      rfc(6749, "5.1", "The token itself. Whoever has it can use it."),
	"token_type":        rfc(6749, "7.1", "How to use the token. Bearer means that possession is enough."),
	"expires_in":        rfc(6749, "5.1", "For how many seconds the token is valid, counted from this answer. It tells the client; the server goes by exp."),
	"refresh_token":     rfc(6749, "1.5", "A random number that brings a new access token, without the password. It goes to the server that gave it and nowhere else."),
	"scope":             rfc(6749, "3.3", "What the token may be used for."),
	"error":             rfc(6749, "5.2", "A code that says what went wrong, for programs."),
	"error_description": rfc(6749, "5.2", "The same in words, for the developer of the client."),
	"error_uri":         rfc(6749, "5.2", "Where to read more about the error."),
	"email":             {"The email address that was typed in: the name of the account.", "OWASP Authentication Cheat Sheet, Usernames", "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#usernames"},
	"password":          {"The password, as it was typed in. Only TLS hides it on its way; the server compares it with a bcrypt hash and keeps neither.", "OWASP Password Storage Cheat Sheet", "https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html"},
}

// authGlosses explains the words of the Bearer scheme, by their lower case.
var authGlosses = map[string]note{
	"bearer":            rfc(6750, "2.1", "The scheme: whoever bears the token may use it. Nothing ties it to one client."),
	"basic":             rfc(7617, "2", "The scheme: a name and a password, encoded but not hidden."),
	"realm":             rfc(9110, "11.5", "A name for the part of the site that the credential is for."),
	"scope":             rfc(6750, "3", "What a token would have to allow for this request."),
	"error":             rfc(6750, "3", "A code that says why the request was refused. It is left out where no credential came at all."),
	"error_description": rfc(6750, "3", "The reason in words, for the developer of the client."),
	"error_uri":         rfc(6750, "3", "Where to read more about the error."),
}

// errorGlosses explains the error codes that the token app answers with.
var errorGlosses = map[string]note{
	"invalid_request":        rfc(6750, "3.1", "The request is malformed: a part is missing, repeated or unreadable. It goes with 400."),
	"invalid_token":          rfc(6750, "3.1", "The token has expired, is malformed or invalid for another reason. It goes with 401."),
	"insufficient_scope":     rfc(6750, "3.1", "The token is valid, but does not allow this. It goes with 403."),
	"invalid_grant":          rfc(6749, "5.2", "What was shown for a token is not good: the credentials match no account, or the refresh token is unknown, used, ended or expired. It goes with 400."),
	"invalid_client":         rfc(6749, "5.2", "The client itself is not recognised."),
	"unsupported_grant_type": rfc(6749, "5.2", "The server does not know this way of getting a token."),
}

// sealParamGlosses explains the parameters of a JWE's header.
var sealParamGlosses = map[string]note{
	"alg":  rfc(7516, "4.1.1", "How the key for the content is found: dir means that it is the server's own. A server must not trust this: it decides which algorithms it accepts."),
	"enc":  rfc(7516, "4.1.2", "How the content is encrypted and protected from changes. A256GCM is AES with a key of 256 bits, in a mode that does both."),
	"kid":  rfc(7516, "4.1.6", "Which of the server's keys this was sealed with. It is a name to look up, and comes from a stranger like everything else here."),
	"zip":  rfc(7516, "4.1.3", "The content was compressed before it was encrypted. A little that arrives can then be very much, so this server refuses it."),
	"crit": rfc(7516, "4.1.13", "Names of parameters that a server must understand. One that it does not know makes the JWE invalid."),
}

// sealClaimGlosses explains what a sealed session says.
var sealClaimGlosses = map[string]note{
	"sub":       rfc(7519, "4.1.2", "Subject: the account that the session is of, by its id."),
	"name":      {"The person's full name, as it was when the session was sealed.", "OpenID Connect Core 1.0, section 5.1", "https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims"},
	"role":      rfc(7519, "4.3", "What the account may do, as it was at the login. A later change does not reach it, and sealing it anew does not ask."),
	"auth_time": {"When the password was checked, in seconds since 1970. However often the session is sealed anew, its absolute limit counts from here.", "OpenID Connect Core 1.0, section 2", "https://openid.net/specs/openid-connect-core-1_0.html#IDToken"},
	"iat":       rfc(7519, "4.1.6", "Issued at, in seconds since 1970: when this was sealed."),
	"exp":       rfc(7519, "4.1.4", "Expiration time, in seconds since 1970. From this moment on the session is not believed. Nothing on the server can move it."),
	"shelves":   rfc(7519, "4.3", "A long list of what the account may do with which shelf. It travels with every request."),
}

// TokenRole, SealedRole and AccountRole explain a role in an answer, by where the app has
// it from.
var (
	TokenRole = Gloss{"role", "Copied out of the token's payload, so it is as old as the token.",
		"RFC 7519, section 4.3", "https://www.rfc-editor.org/rfc/rfc7519#section-4.3"}
	SealedRole = Gloss{"role", "Copied out of the sealed session, so it is as old as the login.",
		"RFC 7519, section 4.3", "https://www.rfc-editor.org/rfc/rfc7519#section-4.3"}
	AccountRole = Gloss{"role", "Looked up in the server's accounts for this very request, so it is current.",
		"OWASP Authorization Cheat Sheet, Validate the Permissions on Every Request", "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html#validate-the-permissions-on-every-request"}
)
