package sealed

import (
	"context"
	"fmt"
	"strings"
)

// accounts is a library's readers in memory, by id. All have the same password.
type accounts map[string]Account

func newAccounts() accounts {
	return accounts{
		"reader":    {ID: "reader", Email: "reader@library.test", Name: "Ravi Reader", Role: "member"},
		"librarian": {ID: "librarian", Email: "librarian@library.test", Name: "Lin Librarian", Role: "staff"},
	}
}

func (a accounts) Check(_ context.Context, email, password string) (Account, error) {
	for _, account := range a {
		if account.Email == email && password == "open-book" {
			return account, nil
		}
	}
	return Account{}, ErrCredentials
}

func (a accounts) Find(_ context.Context, id string) (Account, error) {
	account, found := a[id]
	if !found {
		return Account{}, ErrNoAccount
	}
	return account, nil
}

// act changes the accounts as a story asks for.
func (a accounts) act(verb, rest string) error {
	id, role, _ := strings.Cut(rest, " ")
	account, found := a[id]
	switch {
	case verb == "role" && found:
		account.Role = role
		a[id] = account
	case verb == "remove" && found:
		delete(a, id)
	default:
		return fmt.Errorf("nothing that a story can do")
	}
	return nil
}
