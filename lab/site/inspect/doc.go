// Package inspect is the inspectors of cookies and tokens, as pages and as an API. What
// is pasted is neither kept nor logged, and nothing that it points to is fetched.
package inspect
