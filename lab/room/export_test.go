package room

// NewCode is newCode, for tests.
var NewCode = newCode
