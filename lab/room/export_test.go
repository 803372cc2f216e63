package room

// What is not exported, for tests.
var (
	NewCode    = newCode
	SignDevice = signDevice
)

// RestoreAt is Restore with a clock of the test's.
var RestoreAt = (*Rooms).restoreAt
