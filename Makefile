# `make test` is what CI runs.
GO ?= go
EXAMPLES := $(wildcard examples/*/account.yaml)
FUZZTIME ?= 60s

.PHONY: all build test fmt lint golden schema fuzz

all: build test

build:
	$(GO) build -o bin/plinth ./cmd/plinth

test: lint
	$(GO) test ./...

# What needs no test to run: format, vet, static analysis.
lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt -w these files:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

fmt:
	gofmt -w .

# Rewrites what is generated for the examples. Read the diff before you commit it.
golden:
	$(GO) run ./cmd/plinth generate $(EXAMPLES)

# What the AWS provider says about the types in use; run it after a module has got a new type of resource.
schema:
	$(GO) run ./internal/schemagen

# Random expressions and specs, for FUZZTIME each.
fuzz:
	PLINTH_EXPRESSIONS=100000 $(GO) test ./generator/specialize -run TestExpressionsKeepTheirValue -v -timeout 30m
	$(GO) test ./generator/specialize -run '^$$' -fuzz FuzzExpression -fuzztime $(FUZZTIME)
	$(GO) test ./generator/spec -run '^$$' -fuzz FuzzDecode -fuzztime $(FUZZTIME)
	$(GO) test ./generator -run '^$$' -fuzz FuzzAccount -fuzztime $(FUZZTIME)
