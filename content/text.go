package content

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// plainText returns what a reader sees of a node, without its code blocks and
// what depends on the reader. Blocks end with a space.
func plainText(n ast.Node, markdown []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				out.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			out.WriteString(resolve(n, markdown))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(markdown))
		case *ref:
			out.WriteString(n.text)
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(out.String()), " ")
}

// resolve returns a text with its escapes and entities resolved, as the
// renderer will.
func resolve(n *ast.Text, markdown []byte) string {
	text := n.Value(markdown)
	if !n.IsRaw() {
		text = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(text)))
	}
	return string(text)
}

// fold returns a letter or digit in lower case and without its diacritics, and
// nothing for what is neither.
func fold(r rune) string {
	r = unicode.ToLower(r)
	if base, ok := bases[r]; ok {
		return base
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return string(r)
	}
	return ""
}

// bases are the letters of Latin-1 and Latin Extended-A without their
// diacritics.
var bases = newBases()

func newBases() map[rune]string {
	all := map[rune]string{}
	for _, of := range []struct{ base, letters string }{
		{"a", "àáâãäåāăą"}, {"ae", "æ"}, {"c", "çćĉċč"}, {"d", "ďđð"}, {"e", "èéêëēĕėęě"},
		{"g", "ĝğġģ"}, {"h", "ĥħ"}, {"i", "ìíîïĩīĭįı"}, {"ij", "ĳ"}, {"j", "ĵ"}, {"k", "ķ"},
		{"l", "ĺļľŀł"}, {"n", "ñńņňŋ"}, {"o", "òóôõöøōŏő"}, {"oe", "œ"}, {"r", "ŕŗř"},
		{"s", "śŝşšſ"}, {"ss", "ß"}, {"t", "ţťŧ"}, {"th", "þ"}, {"u", "ùúûüũūŭůűų"},
		{"w", "ŵ"}, {"y", "ýÿŷ"}, {"z", "źżž"},
	} {
		for _, letter := range of.letters {
			all[letter] = of.base
		}
	}
	return all
}
