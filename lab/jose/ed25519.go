package jose

import (
	"math/big"
	"slices"
)

// The field and the curve of Ed25519 (RFC 8032, section 5.1).
var (
	edP = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	edD = new(big.Int).Mod(new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), edP)), edP)
	one = big.NewInt(1)
)

// judgeEd25519 says why the 32 octets of a key are refused, or "". The standard
// library finds that out while verifying, and says only that nothing verifies;
// and it takes a point of small order, for which anyone can make signatures.
func judgeEd25519(encoded []byte) string {
	little := slices.Clone(encoded)
	slices.Reverse(little)
	little[0] &= 0x7f // the sign of x
	y := new(big.Int).SetBytes(little)
	if y.Cmp(edP) >= 0 {
		return "The 32 octets are no number of Ed25519’s field (RFC 8032, section 5.1.3)."
	}
	if x2 := edX2(y); x2.Sign() != 0 && big.Jacobi(x2, edP) != 1 {
		return "The 32 octets are no point of the curve Ed25519 (RFC 8032, section 5.1.3)."
	}
	for range 3 {
		y = edDouble(y)
	}
	if y.Cmp(one) == 0 {
		return "The point is of small order: anyone can make signatures that match it (RFC 8725, section 3.4)."
	}
	return ""
}

// edX2 is x² = (y² − 1) / (dy² + 1). The divisor is never zero: −1/d has no root.
func edX2(y *big.Int) *big.Int {
	y2 := new(big.Int).Mul(y, y)
	divisor := new(big.Int).Mul(edD, y2)
	divisor.Add(divisor, one).Mod(divisor, edP).ModInverse(divisor, edP)
	return y2.Sub(y2, one).Mul(y2, divisor).Mod(y2, edP)
}

// edDouble is the y of a point added to itself: (y² + x²) / (1 − dx²y²).
func edDouble(y *big.Int) *big.Int {
	x2, y2 := edX2(y), new(big.Int).Mul(y, y)
	divisor := new(big.Int).Mul(edD, x2)
	divisor.Mul(divisor, y2).Sub(one, divisor).Mod(divisor, edP).ModInverse(divisor, edP)
	return y2.Add(y2, x2).Mul(y2, divisor).Mod(y2, edP)
}
