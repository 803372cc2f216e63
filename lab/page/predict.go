package page

// PredictView is a prediction: a question that is answered before the request
// that answers it is sent.
type PredictView struct {
	Slug, ID  string // ID is unique on the page
	Step      int    // the step that it belongs to, -1 for none
	Question  string
	Options   []OptionView
	State     PredictState
	Action    string // where the answer is posted, "" where nothing is kept
	View      string
	Chosen    string // the option that was locked in, "" if skipped
	Locked    string // when, as a clock
	Verdict   string // what came of it, in a sentence
	Answer    []Part // the explanation
	PointFlow string // where the result shows: the flow,
	PointAt   string // and what to point at
	PointText string // in words
	SendLabel string
}

// PredictState is how far a prediction has come.
type PredictState string

// The states of a prediction.
const (
	PredictReading PredictState = "reading" // in the article, nothing is kept
	PredictOpen    PredictState = "open"    // may be answered
	PredictLocked  PredictState = "locked"  // answered or skipped, not sent yet
	PredictSent    PredictState = "sent"    // sent; the reader looks for the line that shows it
	PredictDone    PredictState = "done"    // explained
)

// OptionView is one possible answer.
type OptionView struct {
	Value   string // from "1"
	Text    string
	Chosen  bool
	Truth   bool   // it is what happened; known only once it has
	Mark    string // "your prediction", "what happened"
	Classes string
}
