package journal_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"authlab/lab/journal"
)

var timeType = reflect.TypeFor[time.Time]()

// differs returns the path of the first difference between two values. Times are
// the same where they are the same instant at the same distance from UTC.
func differs(path string, a, b reflect.Value) string {
	if a.Type() == timeType {
		at, bt := a.Interface().(time.Time), b.Interface().(time.Time)
		if _, offset := at.Zone(); !at.Equal(bt) || at.Format(time.RFC3339Nano) != bt.Format(time.RFC3339Nano) {
			return fmt.Sprintf("%s: %s is not %s (%d)", path, at, bt, offset)
		}
		return ""
	}
	switch a.Kind() {
	case reflect.Pointer:
		return differs(path, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type().Field(i).Name == "derived" {
				continue // not recorded
			}
			if d := differs(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
	case reflect.Slice:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
		for i := range a.Len() {
			if d := differs(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
	default:
		if !a.Equal(b) {
			return fmt.Sprintf("%s: %v is not %v", path, a, b)
		}
	}
	return ""
}

// fill gives every field of v a value: what draw says for its kind.
func fill(t rapid.TB, v reflect.Value, draw map[reflect.Kind]func(reflect.Value), length func() int) {
	switch {
	case v.Type() == timeType, draw[v.Kind()] != nil && v.Kind() != reflect.Struct:
		kind := v.Kind()
		draw[kind](v)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), draw, length)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "derived" {
				continue // not recorded
			}
			if !v.Type().Field(i).IsExported() {
				t.Fatalf("%s.%s is not exported, so it would not be written down", v.Type(), v.Type().Field(i).Name)
			}
			fill(t, v.Field(i), draw, length)
		}
	case v.Kind() == reflect.Slice:
		n := length()
		if n < 0 {
			return // it stays nil
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), draw, length)
		}
	default:
		t.Fatalf("a field of kind %s: the codec does not know what to do with it", v.Kind())
	}
}

// isSet returns the path of the first field that is zero.
func isSet(path string, v reflect.Value) string {
	if v.IsZero() {
		return path
	}
	switch {
	case v.Type() == timeType:
	case v.Kind() == reflect.Pointer:
		return isSet(path, v.Elem())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "derived" {
				continue // not recorded
			}
			if p := isSet(path+"."+v.Type().Field(i).Name, v.Field(i)); p != "" {
				return p
			}
		}
	case v.Kind() == reflect.Slice && v.Len() > 0:
		return isSet(path+"[0]", v.Index(0))
	}
	return ""
}

func roundTrip(t rapid.TB, x *journal.Exchange) *journal.Exchange {
	t.Helper()
	b, err := journal.Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := journal.Decode(b)
	if err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return got
}

// TestNoFieldIsForgotten fills every field that an exchange has, each with another
// value, so that one which is added and not written down is found.
func TestNoFieldIsForgotten(t *testing.T) {
	n := 1
	next := func() int { n++; return n }
	draw := map[reflect.Kind]func(reflect.Value){
		reflect.String: func(v reflect.Value) { v.SetString(fmt.Sprint("text ", next())) },
		reflect.Bool:   func(v reflect.Value) { v.SetBool(true) },
		reflect.Int:    func(v reflect.Value) { v.SetInt(int64(next())) },
		reflect.Int64:  func(v reflect.Value) { v.SetInt(int64(next())) },
		reflect.Uint8:  func(v reflect.Value) { v.SetUint(uint64(next()) % 255) },
		reflect.Struct: func(v reflect.Value) { v.Set(reflect.ValueOf(time.Unix(int64(next()), 1).UTC())) },
	}
	x := &journal.Exchange{}
	fill(t, reflect.ValueOf(x).Elem(), draw, func() int { return 2 })
	for name, x := range map[string]*journal.Exchange{"filled": x, "decoded": roundTrip(t, x)} {
		if at := isSet("Exchange", reflect.ValueOf(x)); at != "" {
			t.Errorf("%s: %s is zero", name, at)
		}
	}
	if d := differs("Exchange", reflect.ValueOf(x), reflect.ValueOf(roundTrip(t, x))); d != "" {
		t.Error(d)
	}
}

// TestExchangesRoundTrip whatever is in them.
func TestExchangesRoundTrip(t *testing.T) {
	text := rapid.OneOf(
		rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"\x00base64:", "\x00base64:AAAA", "\x00base64:\xff", "\x00", "\u2028<&>", "\ufffd", "\xff"}),
	)
	// Years 1 to 9998, in any zone.
	seconds, offset := rapid.Int64Range(-62_104_000_000, 253_370_000_000), rapid.IntRange(-14*60, 14*60)
	rapid.Check(t, func(t *rapid.T) {
		draw := map[reflect.Kind]func(reflect.Value){
			reflect.String: func(v reflect.Value) { v.SetString(text.Draw(t, "text")) },
			reflect.Bool:   func(v reflect.Value) { v.SetBool(rapid.Bool().Draw(t, "bool")) },
			reflect.Int:    func(v reflect.Value) { v.SetInt(int64(rapid.Int().Draw(t, "int"))) },
			reflect.Int64:  func(v reflect.Value) { v.SetInt(rapid.Int64().Draw(t, "int64")) },
			reflect.Uint8:  func(v reflect.Value) { v.SetUint(uint64(rapid.Byte().Draw(t, "byte"))) },
			reflect.Struct: func(v reflect.Value) {
				at := time.Unix(seconds.Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
				v.Set(reflect.ValueOf(at.In(time.FixedZone("", 60*offset.Draw(t, "offset")))))
			},
		}
		x := &journal.Exchange{}
		fill(t, reflect.ValueOf(x).Elem(), draw, func() int { return rapid.IntRange(-1, 2).Draw(t, "length") })
		before := fmt.Sprintf("%#v", *x)
		if d := differs("Exchange", reflect.ValueOf(x), reflect.ValueOf(roundTrip(t, x))); d != "" {
			t.Fatal(d)
		}
		if fmt.Sprintf("%#v", *x) != before {
			t.Fatal("to encode an exchange changes it")
		}
	})
}

// TestDecodeRefuses what it would have to guess at.
func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		is   error
		says string
	}{
		{``, nil, "decode exchange"},
		{`null`, journal.ErrVersion, "version 0"},
		{`{"version":1,"exchange":{}}`, journal.ErrVersion, "version 1"},
		{`{"version":4,"exchange":{"Colour":"red"}}`, journal.ErrVersion, "version 4"},
		{`{"version":3}`, nil, "there is none"},
		{`{"version":3,"exchange":null}`, nil, "there is none"},
		{`{"version":3,"exchange":{"Colour":"red"}}`, nil, "Colour"},
		{`{"version":3,"exchange":{"Number":"1"}}`, nil, "Number"},
		{`{"version":3,"exchange":{"Scheme":"\u0000base64:%"}}`, nil, "read a string's bytes"},
		{`{"version":3,"exchange":{}} {}`, nil, "decode exchange"},
	} {
		x, err := journal.Decode([]byte(c.text))
		if err == nil || x != nil || !strings.Contains(err.Error(), c.says) || (c.is != nil && !errors.Is(err, c.is)) {
			t.Errorf("%s: %v, %v; want %q", c.text, x, err, c.says)
		}
	}
	late := &journal.Exchange{Number: 7, Started: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := journal.Encode(late); err == nil || !strings.Contains(err.Error(), "exchange 7") {
		t.Errorf("a time that JSON has no form for: %v", err)
	}
}

// TestUpgrade makes of what an earlier version wrote what Decode reads, and refuses
// what it would have to guess at.
func TestUpgrade(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		was := `{"version":` + version + `,"exchange":{"Number":7,"Step":3,"Request":{"Bytes":"R0VUIA=="},"Before":{"Records":null,"Unread":"<gone>"}}}`
		now, err := journal.Upgrade([]byte(was))
		if err != nil {
			t.Fatal(err)
		}
		x, err := journal.Decode(now)
		if err != nil || x.Number != 7 || x.Step != 3 || string(x.Request.Bytes) != "GET " || x.Before.Unread != "<gone>" || x.Peer != "" || x.Restores {
			t.Errorf("version %s is %+v, %v", version, x, err)
		}
		if again, err := journal.Upgrade(now); err != nil || string(again) != string(now) {
			t.Errorf("one of this version becomes %s, %v", again, err)
		}
	}
	for text, is := range map[string]error{`null`: journal.ErrVersion, `{"version":4,"exchange":{}}`: journal.ErrVersion, `{`: nil} {
		if now, err := journal.Upgrade([]byte(text)); err == nil || is != nil && !errors.Is(err, is) {
			t.Errorf("%s becomes %s, %v", text, now, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"version":3,"exchange":{"Number":1,"Scheme":"\u0000base64:/w==","Events":[{"Fields":null}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := journal.Decode(b)
		if err != nil {
			return
		}
		if d := differs("Exchange", reflect.ValueOf(x), reflect.ValueOf(roundTrip(t, x))); d != "" {
			t.Fatal(d)
		}
	})
}
