package lab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"sync"

	"golang.org/x/net/websocket"
)

// bidi is a connection to a browser by WebDriver BiDi
// (https://www.w3.org/TR/webdriver-bidi/). One command is under way at a time.
type bidi struct {
	mu   sync.Mutex
	ws   *websocket.Conn
	sent int
}

// dialBiDi connects to the endpoint that a browser has named, from an origin that
// it was told to allow.
func dialBiDi(ctx context.Context, endpoint, origin string) (*bidi, error) {
	to, err := url.Parse(endpoint + "/session")
	if err != nil {
		return nil, err
	}
	from, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	ws, err := (&websocket.Config{Location: to, Origin: from, Version: websocket.ProtocolVersionHybi13}).DialContext(ctx)
	if err != nil {
		return nil, err
	}
	return &bidi{ws: ws}, nil
}

// params are the parameters of a command, or a part of them.
type params = map[string]any

// command sends a command and returns its result.
func command[R any](ctx context.Context, b *bidi, method string, with params) (result R, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, limited := ctx.Deadline(); limited {
		if err := b.ws.SetDeadline(at); err != nil {
			return result, err
		}
	}
	b.sent++
	if err := websocket.JSON.Send(b.ws, params{"id": b.sent, "method": method, "params": with}); err != nil {
		return result, err
	}
	for {
		var got struct {
			ID             int
			Result         json.RawMessage
			Error, Message string
		}
		if err := websocket.JSON.Receive(b.ws, &got); err != nil {
			return result, fmt.Errorf("%s: %w", method, err)
		}
		switch {
		case got.ID != b.sent: // an event, or the answer to what was given up
		case got.Error != "":
			return result, fmt.Errorf("%s: %s: %s", method, got.Error, got.Message)
		default:
			return result, json.Unmarshal(got.Result, &result)
		}
	}
}
