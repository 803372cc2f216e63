package lab

import "authlab/lab/journal"

// Sample is the lab's own run, for tests from outside.
func (l *Lab) Sample() journal.View { return l.sample }
