# AuthLab. `make run` needs Go and nothing else; see README.md for the rest.

GO      ?= go
ADDR    ?= localhost:8080
# A number of runs and not of seconds: where time ends it, the fuzzer now and then
# takes its own deadline for a failure.
FUZZ    ?= 25000x
# Pinned; the checksum database vouches for them.
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# One package's tests at a time: two that use browsers, or a whole class, would each
# wait for what the other has of the machine.
raced = $(GO) build -race ./... && $(GO) test -race -p 1 -shuffle=on -timeout 60m ./...

.PHONY: run test check paces audit bench load attack soak generate needs format drift vet lint fuzz picture

## run: serve the lab on $(ADDR)
run:
	@$(GO) run ./cmd/authlab -addr $(ADDR)

## test: every test there is, in real browsers too
test: needs paces
	$(raced)

## check: what CI runs: test, format, generated code, vet, linters, some fuzzing
check: needs format drift vet lint fuzz paces
	$(raced)

# paces runs the whole lesson at every pace, with every knob, alone and in class. With
# the race detector, under which a run takes ten times as long, the tests below do a
# part of it.
paces:
	$(GO) test -shuffle=on -timeout 20m -run '^TestTrue' ./lab

## audit: axe-core on every page, Lighthouse on the first ones; fetched by npm
audit:
	@sh .ci/needs audit
	@GO=$(GO) sh .ci/audit

## bench: what the lab costs
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# on_lab builds a lab and the load, which goes nowhere but to loopback. After it, $$load
# is the command.
on_lab = dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	$(GO) build -o "$$dir" ./cmd/authlab ./cmd/authload && load="$$dir/authload -lab $$dir/authlab"

## load: whole classes on a lab, three minutes; then all that attack does
load:
	@$(on_lab) && $$load && $$load -attack -fill -crowd

## attack: honest visitors and a class beside each kind of attack; about twelve minutes
attack:
	@$(on_lab) && $$load -attack -fill -crowd

## soak: a lab that is busy with everything for half an hour
soak:
	@$(on_lab) && $$load -soak 30m

## generate: Go from the templates. From the root, always: templ writes paths relative to it
generate:
	$(GO) tool templ generate

## picture: the README's picture of the bench page, by a real browser
picture: needs
	AUTHLAB_PICTURE=$(CURDIR)/static/bench.png $(GO) test -count=1 -run '^TestPicture$$' ./lab

# needs installs what the tests need where it may, and says what to install where
# it may not. It never lets a test be skipped.
needs:
	@sh .ci/needs

format:
	@out=$$(gofmt -l $$(git ls-files '*.go' | grep -v '_templ\.go$$')); \
	if [ -n "$$out" ]; then echo "not formatted; run gofmt -w on:"; echo "$$out"; exit 1; fi
	@$(GO) tool templ fmt -fail . >/dev/null || { echo "templates are not formatted; run go tool templ fmt ."; exit 1; }

drift: generate
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated code is not what the templates say; run make generate and commit"; exit 1; }

vet:
	$(GO) vet -tags audit ./...

lint:
	$(GO) run $(LINT) run ./...

fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  dir=$$($(GO) list -f '{{.Dir}}' $$pkg); \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go 2>/dev/null | cut -d' ' -f2); do \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZ) -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done
