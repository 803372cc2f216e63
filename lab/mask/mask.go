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

// Bytes returns a copy of b in which x stands for each character of the secret:
// wherever eight or more of its characters follow one another, in capital or small
// letters, percent-encoded (RFC 3986, section 2.1) or within base64 (RFC 4648,
// sections 4 and 5). It is as long as b. The secret must consist of ASCII letters
// and digits.
func Bytes(b []byte, secret string) []byte {
	return copier(forms(secret)).bytes(b)
}

// Copy returns a deep copy of v with the secret hidden as by [Bytes] in every
// string and every slice of bytes that exported fields, slices, arrays, maps,
// pointers and interfaces lead to. Functions, channels and unexported fields are
// taken over as they are. v must not lead back to itself.
func Copy[T any](v T, secret string) T {
	c := copier(forms(secret))
	out := c.of(reflect.ValueOf(&v).Elem())
	return out.Interface().(T)
}

// copier copies values, hiding the forms of a secret. It goes by the values' types
// and not by a list of fields, so that a field which is added later is masked too.
type copier []*form

var bytesType = reflect.TypeFor[byte]()

func (c copier) of(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(string(c.bytes([]byte(v.String()))))
	case reflect.Slice:
		c.slice(v, out)
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(c.of(v.Index(i)))
		}
	case reflect.Map:
		c.entries(v, out)
	case reflect.Struct:
		c.fields(v, out)
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(c.of(v.Elem()))
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(c.of(v.Elem()))
		}
	default:
		out.Set(v)
	}
	return out
}

func (c copier) bytes(b []byte) []byte {
	out := append([]byte(nil), b...)
	for _, f := range c {
		f.hide(b, out)
	}
	return out
}

func (c copier) slice(v, out reflect.Value) {
	switch {
	case v.IsNil():
	case v.Type().Elem() == bytesType:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		reflect.Copy(out, reflect.ValueOf(c.bytes(v.Bytes())))
	default:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(c.of(v.Index(i)))
		}
	}
}

func (c copier) entries(v, out reflect.Value) {
	if v.IsNil() {
		return
	}
	out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
	for entry := v.MapRange(); entry.Next(); {
		out.SetMapIndex(c.of(entry.Key()), c.of(entry.Value()))
	}
}

func (c copier) fields(v, out reflect.Value) {
	out.Set(v)
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			out.Field(i).Set(c.of(v.Field(i)))
		}
	}
}
