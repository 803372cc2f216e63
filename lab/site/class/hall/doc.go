// Package hall is what the windows of a class share, whoever looks through them: what
// they are made from ([RoomInput]), the question and how the class voted ([PollView]),
// what going on means now ([GoOn]), the keys ([Controls]) and the frames that send
// ([StageView]).
package hall
