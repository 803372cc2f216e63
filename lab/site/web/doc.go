// Package web is the HTTP that the lab's features share: what a handler returns and how
// an error becomes a page ([Site.Adapt], [Failure]), the fields that every answer has,
// who may do how much ([Site.Admit]), long answers in pieces ([Site.Streamed]), and the
// one loop of event streams ([Follow]).
package web
