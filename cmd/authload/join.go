package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
)

// behindOne is how many devices come from one address. A lab sets bounds to what one
// address may join, so a larger class comes from several, as on several networks.
const behindOne = 300

// behind dials from the nth address of this machine where the lab is on loopback,
// which has many; elsewhere all come from one.
func behind(addr string, n int) *net.Dialer {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if n == 0 || err != nil || !at.IP.IsLoopback() || at.IP.To4() == nil {
		return &net.Dialer{}
	}
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(n>>8), byte(n)+1)}}
}

// join asks a room for the name of a device, as its page does.
func (a *asker) join(room string) (string, error) {
	got, err := a.post(room+"/join", "device=&quiet=1")
	if err != nil {
		return "", err
	}
	defer got.release()
	if got.status != http.StatusOK {
		return "", fmt.Errorf("asking for a device's name was answered with %d", got.status)
	}
	text, err := unpacked(got)
	if err != nil {
		return "", err
	}
	var named struct{ Device string }
	if err := json.Unmarshal([]byte(text), &named); err != nil {
		return "", fmt.Errorf("read a device's name: %w", err)
	}
	return named.Device, nil
}
