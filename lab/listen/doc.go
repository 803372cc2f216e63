// Package listen is what stands between the network and the lab's handlers: which
// hosts a lab answers for ([Hosts]), TLS with the answer to those who speak plain http
// ([Secure]), what becomes of readers that are gone ([Patient]), and a server that
// stops without losing a request ([Service]).
package listen
