package lab

import (
	"authlab/lab/room"
	"net/http"
)

// numbers is a set of exchanges' numbers.
type numbers map[int]struct{}

type classKeep struct{}

func (*classKeep) Room(room.Record) room.Saved          { return nil }
func (*classKeep) Vote(room.Code, room.Vote) room.Saved { return nil }
func (cs *classes) keepBench(c *class, saved numbers)   {}
func (cs *classes) forgetExchanges(c *class)            {}
func (cs *classes) forget(c *class)                     {}
func (l *Lab) reach(r *http.Request) string             { return origin(r) }
