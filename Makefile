# AuthLab. `make run` needs Go and nothing else; see README.md for the rest.

GO      ?= go
ADDR    ?= localhost:8080
# How many inputs each fuzz target gets.
FUZZ    ?= 10000x
# Pinned; the checksum database vouches for them.
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# beside has make work on several targets at once, two at a time; each prints when it is
# done, and the first that fails ends all and is named. What the tests said is kept in
# $$SAID until their report, which ends in the test runner's own lines.
beside = dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && export SAID="$$dir" GO="$(GO)" && \
	$(MAKE) --no-print-directory -j2 -Otarget $(1) && \
	$(GO) run ./.ci/report "$$dir"/plain.json "$$dir"/raced.json

.PHONY: run test check ci full audit bench load attack soak generate needs format drift vet lint fuzz plain raced picture

## run: serve the lab on $(ADDR)
run:
	@$(GO) run ./cmd/authlab -addr $(ADDR)

## test: every test there is, in real browsers too; those of what runs at the same time
## with the race detector
test: needs
	@$(call beside,plain raced)

## check: test, format, generated code, vet, linters, some fuzzing
check: needs drift
	@$(call beside,plain lint raced fuzz vet format)

## ci: what CI runs: check, and the audit beside it
ci: needs drift
	@$(call beside,plain audit raced lint fuzz vet format)

## full: check with all rounds of every test (lab/labtest has both numbers), all of them
## raced, and fuzzing of a hundred times as many inputs
full:
	@echo "all rounds of every test, all tests with the race detector, browsers too, $(FUZZ:x=00) inputs for each fuzz target"
	@AUTHLAB_FULL=1 $(MAKE) check FUZZ=$(FUZZ:x=00x)

# plain runs every test, and raced those that the race detector is for: .ci/tests says
# which. Neither is run by itself: see beside.
plain raced:
	@.ci/tests $@

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

## soak: what comes before a release: every test with all its rounds, all of them with
## the race detector too, long fuzzing, and then a lab that is busy with everything for half an hour
soak: full
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
	$(GO) vet -tags audit ./... ./.ci/report

lint:
	$(GO) run $(LINT) run --allow-parallel-runners ./...

fuzz:
	@FUZZ=$(FUZZ) .ci/fuzz
