// Package coding decides which content coding an answer is sent in: gzip, or
// none.
package coding

import (
	"math"
	"net/http"
	"strconv"
	"strings"
)

// Gzip reports whether an answer to a request with these header fields is to be
// sent compressed (RFC 9110, section 12.5.3).
//
// It is where the client names gzip, or * and not gzip, with a weight above 0,
// and no coding at all (identity) with a higher one. A weight that cannot be read
// counts as 0. Without the field it is not: what a client does not say, it may not
// know. A client that allows neither gets the answer as it is, as if it had not
// asked (section 12.4.1): a page that it may have no use for says more than a 406.
func Gzip(h http.Header) bool {
	weights := map[string]float64{}
	for _, line := range h.Values("Accept-Encoding") {
		for member := range strings.SplitSeq(line, ",") {
			if name, weight := parse(member); name != "" {
				weights[name] = weight
			}
		}
	}
	packed, named := weights["gzip"]
	if !named {
		packed = weights["*"]
	}
	return packed > 0 && packed >= weights["identity"]
}

// parse reads a coding and its weight, 1 without one. x-gzip is another name of
// gzip (RFC 9110, section 8.4.1.3).
func parse(member string) (name string, weight float64) {
	name, rest, weighted := strings.Cut(member, ";")
	name = strings.ToLower(strings.Trim(name, " \t"))
	if name == "x-gzip" {
		name = "gzip"
	}
	if !weighted {
		return name, 1
	}
	key, value, _ := strings.Cut(strings.Trim(rest, " \t"), "=")
	weight, err := strconv.ParseFloat(value, 64)
	if !strings.EqualFold(key, "q") || err != nil || math.IsNaN(weight) || weight < 0 || weight > 1 {
		return name, 0
	}
	return name, weight
}
