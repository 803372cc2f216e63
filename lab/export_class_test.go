package lab

import (
	"authlab/lab/room"
	"authlab/lab/site/class"
)

// ForgetClass ends a class as twelve unused hours do.
func (l *Lab) ForgetClass(code room.Code) { l.classes.Drop(l.Room(code)) }

// Room returns the room of a class, and Rendered how often a part was rendered for
// it, for tests from outside.
func (l *Lab) Room(code room.Code) *room.Room { return l.testClass(code).Room }

func (l *Lab) Rendered(code room.Code) int { return l.testClass(code).Rendered() }

func (l *Lab) testClass(code room.Code) *class.Class {
	c, err := l.classes.Find(code)
	if err != nil {
		panic(err)
	}
	return c
}

// Classes returns how many classes there are.
func (l *Lab) Classes() int { return l.classes.Rooms.Len() }

// KeptVersion is that of the file that classes are kept in.
const KeptVersion = class.KeptVersion
