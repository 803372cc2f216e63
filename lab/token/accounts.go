package token

import (
	"context"
	"errors"
)

// Account is somebody who may use the library.
type Account struct {
	ID, Email, Name string
	Role            string // "member" or "staff"
	Version         int    // the least version of a token that is believed, where tokens have one
}

// Accounts knows who may use the library.
type Accounts interface {
	// Check returns the account with that email and password. When they do not
	// match one it returns ErrCredentials, without saying which of the two is
	// wrong.
	Check(ctx context.Context, email, password string) (Account, error)
	// Find returns the account as it is now, or ErrNoAccount. This application
	// never asks, unless it is a variant: a token says it all.
	Find(ctx context.Context, id string) (Account, error)
	// Raise adds one to the account's Version. Only Variant.Versions asks for it.
	Raise(ctx context.Context, id string) error
}

// What Accounts answers when it is not the account that was asked for.
var (
	ErrCredentials = errors.New("email and password do not match")
	ErrNoAccount   = errors.New("no such account")
)

// Login is a demo login that the login page shows.
type Login struct{ Email, Password, Role string }
