package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// ballot names the vote that is open, in a form's own words.
type ballot struct{ slug, round string }

var (
	slugField  = regexp.MustCompile(`name="slug" value="([^"]+)"`)
	roundField = regexp.MustCompile(`name="round" value="([^"]+)"`)
)

// ask shows a step and opens the vote on its question.
func (c *class) ask(ctx context.Context, step int) error {
	if c.at() != step { // else nothing would change
		p, err := c.show(ctx, step)
		if err != nil {
			return err
		}
		c.pressed(p)
	}
	opened, err := c.change(ctx, "poll")
	if err != nil {
		return err
	}
	c.pressed(opened)
	_, text, err := c.get(ctx, c.path)
	if err != nil {
		return err
	}
	slug, round := slugField.FindStringSubmatch(text), roundField.FindStringSubmatch(text)
	if slug == nil || round == nil {
		return fmt.Errorf("the class's page has no vote to take part in at step %d", step)
	}
	c.vote.Store(&ballot{slug[1], round[1]})
	return nil
}

// cast lets every follower vote, spread over a time. What they meet is noted.
func (c *class) cast(ctx context.Context, all []*follower, over time.Duration, met *notes) error {
	b := c.vote.Load()
	if b == nil {
		return errors.New("there is no vote to take part in")
	}
	var voting sync.WaitGroup
	defer voting.Wait()
	began := time.Now()
	for i, f := range all {
		if err := sleep(ctx, time.Until(began.Add(over*time.Duration(i)/time.Duration(len(all))))); err != nil {
			return err
		}
		voting.Go(func() {
			if err := f.vote(*b, met); err != nil && ctx.Err() == nil {
				met.fault(countBrokenNote, "%v", err)
			}
		})
	}
	return nil
}

func (f *follower) vote(b ballot, met *notes) error {
	got, err := f.pages.post(f.class.path+"/vote", "device="+f.id+"&slug="+b.slug+"&round="+b.round+"&option=1&quiet=1")
	if err != nil {
		return fmt.Errorf("vote: %w", err)
	}
	defer got.release()
	if got.status == http.StatusNoContent {
		return nil
	}
	text, err := unpacked(got)
	met.fault(countRefusedNote, "a vote was answered with %d %s", got.status, sentence(text))
	return err
}
