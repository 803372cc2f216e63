// Package mask hides a secret in data of any shape: what is left of it is as long
// as it was, so that sizes and offsets stay true.
//
// A bench's id is the key to the bench, and it stands in what the bench records:
// in request lines, Referer, the Path of cookies, Location. Whoever may see the
// recordings but not have the bench is given a masked copy of them. Masking comes
// before anything is made from the data: a page cuts long values, breaks lines
// into spans and decodes tokens, and each of these could carry a part of the
// secret past a search through the finished page. What is made from a copy that
// does not hold the secret cannot show it.
package mask

import "reflect"

// Bytes returns b with x for each character of the secret: wherever eight or more of
// its characters follow one another, in capital or small letters, percent-encoded
// (RFC 3986, section 2.1) or within base64 (RFC 4648, sections 4 and 5). It is as long
// as b, and is b itself where b holds nothing of the secret; b is never changed. The
// secret must consist of ASCII letters and digits.
func Bytes(b []byte, secret string) []byte {
	c := copier{forms: forms(secret)}
	out, _ := c.bytes(b)
	return out
}

// Copy returns v with the secret hidden as by [Bytes] in every string and every slice
// of bytes that exported fields, slices, arrays, maps, pointers and interfaces lead to.
// What holds something of the secret is copied, and with it what leads there; the rest
// is shared with v, so what is returned must not be modified. v is never changed.
// Functions, channels and unexported fields are taken over as they are. v must not lead
// back to itself.
func Copy[T any](v T, secret string) T {
	out, _ := Sized(v, secret)
	return out
}

// Sized is Copy, and says how many bytes the copy holds that v does not hold as well.
func Sized[T any](v T, secret string) (out T, bytes int64) {
	c := copier{forms: forms(secret)}
	copied, _ := c.of(reflect.ValueOf(&v).Elem())
	reflect.ValueOf(&out).Elem().Set(copied)
	return out, c.made
}

// copier copies values, hiding the forms of a secret. It goes by the values' types
// and not by a list of fields, so that a field which is added later is masked too.
type copier struct {
	forms []*form
	made  int64 // bytes that copies hold
}

var bytesType = reflect.TypeFor[byte]()

// of returns v without the secret, which is v itself unless it was copied.
func (c *copier) of(v reflect.Value) (out reflect.Value, copied bool) {
	switch v.Kind() {
	case reflect.String:
		return c.text(v)
	case reflect.Slice:
		return c.slice(v)
	case reflect.Array:
		return c.parts(v, v.Len(), reflect.Value.Index, func(int) bool { return true })
	case reflect.Map:
		return c.entries(v)
	case reflect.Struct:
		return c.parts(v, v.NumField(), reflect.Value.Field, func(i int) bool { return v.Type().Field(i).IsExported() })
	case reflect.Pointer:
		return c.pointer(v)
	case reflect.Interface:
		if v.IsNil() {
			return v, false
		}
		return c.of(v.Elem())
	default:
		return v, false
	}
}

// bytes returns b, or a copy of it where something of the secret is in it.
func (c *copier) bytes(b []byte) (out []byte, copied bool) {
	masked := masking{b: b}
	for _, f := range c.forms {
		f.hide(&masked)
	}
	if masked.out == nil {
		return b, false
	}
	c.made += int64(len(b))
	return masked.out, true
}

func (c *copier) text(v reflect.Value) (reflect.Value, bool) {
	masked, copied := c.bytes([]byte(v.String()))
	if !copied {
		return v, false
	}
	out := reflect.New(v.Type()).Elem()
	out.SetString(string(masked))
	return out, true
}

func (c *copier) slice(v reflect.Value) (reflect.Value, bool) {
	if v.Type().Elem() == bytesType {
		masked, copied := c.bytes(v.Bytes())
		if !copied {
			return v, false
		}
		return reflect.ValueOf(masked).Convert(v.Type()), true
	}
	out, any := v, false
	for i := range v.Len() {
		element, copied := c.of(v.Index(i))
		if !copied {
			continue
		}
		if !any {
			out, any = reflect.MakeSlice(v.Type(), v.Len(), v.Len()), true
			reflect.Copy(out, v)
			c.made += int64(v.Len()) * int64(v.Type().Elem().Size())
		}
		out.Index(i).Set(element)
	}
	return out, any
}

// parts is for what holds a number of values in itself: at returns one of them, and
// open reports whether it can be looked into.
func (c *copier) parts(v reflect.Value, n int, at func(reflect.Value, int) reflect.Value, open func(int) bool) (reflect.Value, bool) {
	out, any := v, false
	for i := range n {
		if !open(i) {
			continue
		}
		part, copied := c.of(at(v, i))
		if !copied {
			continue
		}
		if !any {
			out, any = reflect.New(v.Type()).Elem(), true
			out.Set(v)
		}
		at(out, i).Set(part)
	}
	return out, any
}

func (c *copier) pointer(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	to, copied := c.of(v.Elem())
	if !copied {
		return v, false
	}
	out := reflect.New(v.Type().Elem())
	out.Elem().Set(to)
	c.made += int64(v.Type().Elem().Size())
	return out, true
}

func (c *copier) entries(v reflect.Value) (reflect.Value, bool) {
	out, any := reflect.MakeMapWithSize(v.Type(), v.Len()), false
	for entry := v.MapRange(); entry.Next(); {
		key, keyCopied := c.of(entry.Key())
		value, valueCopied := c.of(entry.Value())
		any = any || keyCopied || valueCopied
		out.SetMapIndex(key, value)
	}
	if !any {
		return v, false
	}
	c.made += int64(v.Len()) * int64(v.Type().Key().Size()+v.Type().Elem().Size())
	return out, true
}
