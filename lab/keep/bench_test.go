package keep

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkPut measures how long a writer waits for its acknowledgement, for one
// body of the size of a room's state, with what each kind of durability costs.
func BenchmarkPut(b *testing.B) {
	for _, synchronous := range []string{"FULL", "NORMAL", "OFF"} {
		for _, writers := range []int{1, 16, 300} {
			b.Run(fmt.Sprintf("%s/%d", synchronous, writers), func(b *testing.B) { benchPut(b, synchronous, writers) })
		}
	}
}

func benchPut(b *testing.B, synchronous string, writers int) {
	f, err := open(filepath.Join(b.TempDir(), "rooms.db"), plain, synchronous)
	if err != nil {
		b.Fatal(err)
	}
	var asked atomic.Int64
	var work sync.WaitGroup
	b.ResetTimer()
	for w := range writers {
		work.Go(func() {
			key, body := fmt.Sprint(w), make([]byte, 2000)
			for n := asked.Add(1); n <= int64(b.N); n = asked.Add(1) {
				binary.BigEndian.PutUint64(body, uint64(n)) // SQLite does not write what has not changed
				if err := f.Put("room", key, body).Wait(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	b.StopTimer()
	wait := b.Elapsed() * time.Duration(min(writers, b.N)) / time.Duration(b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
	b.ReportMetric(float64(wait.Microseconds())/1000, "ms/wait")
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}
