package export

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"authlab/lab/journal"
)

// WriteZip writes the bytes of exchanges' messages, as they crossed the
// connection, as files of a ZIP archive: 001-session-request.http,
// 001-session-response.http and so on. contents.txt lists them, and says which
// are not whole. An error is w's.
func WriteZip(w io.Writer, xs []*journal.Exchange) error {
	z := zip.NewWriter(w)
	var list strings.Builder
	list.WriteString("Recorded by AuthLab: the bytes of each message as they crossed the connection.\n")
	if len(xs) == 0 {
		list.WriteString(nothing + "\n")
	}
	for _, x := range xs {
		fmt.Fprintf(&list, "\n%s, at %s\n", caption(x), x.Started.UTC().Format(time.RFC3339Nano))
		for _, part := range []string{"request", "response"} {
			name, m := PartName(x, part), Part(x, part)
			list.WriteString(strings.TrimSpace(fmt.Sprintf("%s: %d bytes. %s", name, len(m.Bytes), remark(m))) + "\n")
			if err := addFile(z, name, x.Started, m.Bytes); err != nil {
				return err
			}
		}
	}
	if err := addFile(z, "contents.txt", time.Time{}, []byte(list.String())); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("end the archive: %w", err)
	}
	return nil
}

// PartName is the name of the file that holds a message: "request" or
// "response" of an exchange.
func PartName(x *journal.Exchange, part string) string {
	return fmt.Sprintf("%03d-%s-%s.http", x.Number, x.Flow, part)
}

// Part is an exchange's message by its name, "request" or "response".
func Part(x *journal.Exchange, part string) journal.Message {
	if part == "request" {
		return x.Request
	}
	return x.Response
}

func addFile(z *zip.Writer, name string, modified time.Time, content []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified.UTC()})
	if err == nil {
		_, err = f.Write(content)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
