package store_test

import (
	"strconv"
	"testing"
	"time"

	"authlab/lab/store"
	"authlab/lab/store/storetest"
)

// perKind runs a benchmark on a space of each kind that holds a hundred sessions.
func perKind(b *testing.B, do func(b *testing.B, s store.Store, key string)) {
	const rows = 100
	value := make([]byte, 200)
	for _, kind := range storetest.Kinds(b) {
		b.Run(kind.Name, func(b *testing.B) {
			s := kind.Open(b.Name()+strconv.Itoa(b.N), func() time.Time { return begin })
			for i := range rows {
				if _, err := s.Commit(b.Context(), strconv.Itoa(i), value, begin.Add(time.Hour)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(b, s, strconv.Itoa(i%rows))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}

func BenchmarkFind(b *testing.B) {
	perKind(b, func(b *testing.B, s store.Store, key string) {
		if _, why, err := s.Find(b.Context(), key); why != "" || err != nil {
			b.Fatal(why, err)
		}
	})
}

func BenchmarkCommit(b *testing.B) {
	value := make([]byte, 200)
	perKind(b, func(b *testing.B, s store.Store, key string) {
		if written, err := s.Commit(b.Context(), key, value, begin.Add(2*time.Hour)); !written || err != nil {
			b.Fatal(written, err)
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	perKind(b, func(b *testing.B, s store.Store, key string) {
		_, why, err := s.Update(b.Context(), key, func(r store.Row) ([]byte, time.Time, bool) { return r.Bytes, r.Expires, true })
		if why != "" || err != nil {
			b.Fatal(why, err)
		}
	})
}

func BenchmarkAll(b *testing.B) {
	perKind(b, func(b *testing.B, s store.Store, _ string) {
		if rows, err := s.All(b.Context()); len(rows) != 100 || err != nil {
			b.Fatal(len(rows), err)
		}
	})
}
