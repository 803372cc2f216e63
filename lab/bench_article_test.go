package lab_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"
)

// BenchmarkChapter measures, over a kept connection on loopback, from sending
// the request for a chapter to the first byte of its answer.
func BenchmarkChapter(b *testing.B) {
	w := startLab(b, lifted)
	conn, err := net.Dial("tcp", w.addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	pages := chapterPages(b)
	var took []time.Duration
	for b.Loop() {
		request := lines("GET "+pages[len(took)%len(pages)]+" HTTP/1.1", "Host: a", "Accept-Encoding: gzip")
		began := time.Now()
		if _, err := io.WriteString(conn, request); err != nil {
			b.Fatal(err)
		}
		if _, err := reader.Peek(1); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		got, err := http.ReadResponse(reader, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, got.Body); err != nil || got.StatusCode != http.StatusOK {
			b.Fatalf("answered with %d, %v", got.StatusCode, err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
