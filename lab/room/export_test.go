package room

// What is not exported, for tests.
var (
	NewCode    = newCode
	SignDevice = signDevice
)
