package room_test

import (
	"strconv"
	"sync"
	"testing"

	"authlab/lab/room"
)

// BenchmarkTell changes a class, and waits until each of its followers was told.
func BenchmarkTell(b *testing.B) {
	for _, n := range []int{300, 2000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkTell(b, n) })
	}
}

func benchmarkTell(b *testing.B, n int) {
	r, err := room.NewRooms(nil, nil).Open(room.Options{Steps: 11})
	if err != nil {
		b.Fatal(err)
	}
	var told, over sync.WaitGroup
	var all []*room.Follower
	for range n {
		f, _, err := r.Follow(r.IssueDevice(), false)
		if err != nil {
			b.Fatal(err)
		}
		over.Go(func() {
			for range f.Notices {
				told.Done()
			}
		})
		all = append(all, f)
	}
	for b.Loop() {
		told.Add(n)
		r.Changed()
		told.Wait()
	}
	for _, f := range all {
		r.Leave(f)
	}
	over.Wait()
}
