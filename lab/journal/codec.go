package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// exchangeVersion is the version of what [Encode] writes. It is raised with every
// change to Exchange or to what it is made of, and [Upgrade] is taught what the one
// before lacks.
const exchangeVersion = 3

// ErrVersion is returned for an exchange, or anything else that was written down,
// in a version that this program does not know.
var ErrVersion = errors.New("it was written by a version of AuthLab that this one cannot read")

// envelope is an exchange as it is written down.
type envelope struct {
	Version  int       `json:"version"`
	Exchange *Exchange `json:"exchange"`
}

// Encode writes an exchange as JSON, with all that is recorded of it, secrets too.
// [Decode] gives it back: the same bytes, the same times to the nanosecond and
// with the same distance from UTC, empty where it was empty and nil where it was
// nil. Only the monotonic reading of a time is gone, which means nothing in
// another process. It fails for a time outside of the years 0 to 9999, which no
// clock of ours gives.
func Encode(x *Exchange) ([]byte, error) {
	e := envelope{exchangeVersion, x}
	if !plain(reflect.ValueOf(x)) {
		e.Exchange = disguised(reflect.ValueOf(x)).Interface().(*Exchange)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encode exchange %d: %w", x.Number, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Upgrade makes of what Encode has written in an earlier version what Decode reads,
// and returns what is of this version as it is. What an earlier version did not note
// is left out, which reads as not known. It returns ErrVersion for a version that
// there never was, or that is yet to come.
func Upgrade(b []byte) ([]byte, error) {
	var e struct {
		Version  int             `json:"version"`
		Exchange json.RawMessage `json:"exchange"`
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("upgrade exchange: %w", err)
	}
	switch e.Version {
	case exchangeVersion:
		return b, nil
	case 1, 2: // of which 1 lacks Restores, Peer, Page and Tombstones, and neither knows the flow Sealed
		e.Version = exchangeVersion
		return json.Marshal(e)
	default:
		return nil, fmt.Errorf("upgrade exchange of version %d: %w", e.Version, ErrVersion)
	}
}

// Decode reads what Encode wrote. It returns ErrVersion for another version's,
// and refuses fields that it does not know: to leave something out would be to
// make something up.
func Decode(b []byte) (*Exchange, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("decode exchange: %w", err)
	}
	if head.Version != exchangeVersion {
		return nil, fmt.Errorf("decode exchange of version %d: %w", head.Version, ErrVersion)
	}
	var e envelope
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return nil, fmt.Errorf("decode exchange: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) || e.Exchange == nil {
		return nil, errors.New("decode exchange: there is none, or more than one")
	}
	if err := undisguise(reflect.ValueOf(e.Exchange)); err != nil {
		return nil, fmt.Errorf("decode exchange: %w", err)
	}
	return e.Exchange, nil
}

// What strangers send becomes part of strings: an email, a cookie's value. JSON
// holds text only, and encoding/json replaces bytes that are none. Such a string
// is disguised as mask and its bytes in base64, and so is one that begins with the
// mask itself.
const mask = "\x00base64:"

func isPlain(s string) bool { return utf8.ValidString(s) && !strings.HasPrefix(s, mask) }

// plain reports whether JSON can hold all strings in v as they are. It knows the
// kinds of types that an Exchange is made of.
func plain(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return isPlain(v.String())
	case reflect.Pointer:
		return v.IsNil() || plain(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !plain(v.Field(i)) {
				return false
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return true // JSON has these in base64
		}
		for i := range v.Len() {
			if !plain(v.Index(i)) {
				return false
			}
		}
	}
	return true
}

// disguised is a copy of v in which JSON can hold all strings.
func disguised(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !isPlain(s) {
			out.SetString(mask + base64.StdEncoding.EncodeToString([]byte(s)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(disguised(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(disguised(v.Field(i)))
			}
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(disguised(v.Index(i)))
		}
	}
	return out
}

// undisguise gives the strings in v back what they were.
func undisguise(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		encoded, masked := strings.CutPrefix(v.String(), mask)
		if !masked {
			return nil
		}
		s, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return fmt.Errorf("read a string's bytes: %w", err)
		}
		v.SetString(string(s))
	case reflect.Pointer:
		if !v.IsNil() {
			return undisguise(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if err := undisguise(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range v.Len() {
			if err := undisguise(v.Index(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
