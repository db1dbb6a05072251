# `make test` is what CI runs.
GO ?= go
EXAMPLES := $(wildcard examples/*/account.yaml)
FUZZTIME ?= 60s

.PHONY: all build test e2e bench fmt lint golden docs schema fuzz scan

all: build test

build:
	$(GO) build -o bin/plinth ./cmd/plinth

# Less garbage collection takes a fifth off the tests; lint has vetted them.
test: lint
	GOGC=400 $(GO) test -vet=off -timeout 14m ./...

# Applies the examples to an emulator of AWS (moto_server, from pip install 'moto[server]'), and lets OpenTofu plan them where it is installed;
# PLINTH_E2E_TOFU=build builds it. Most of the time is spent waiting for S3, so that all accounts go at once.
e2e:
	$(GO) test -tags e2e ./e2e -count=1 -parallel 6 -timeout 15m

# Measures plinth against yardsticks and prints the tables of docs/performance.md; takes a quarter of an hour.
bench:
	$(GO) run ./internal/bench

# What needs no test to run: format, vet, static analysis.
lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt -w these files:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags e2e ./...
	$(GO) tool staticcheck -tags e2e ./...

fmt:
	gofmt -w .

# Rewrites what is generated for the examples. Read the diff before you commit it.
golden:
	$(GO) run ./cmd/plinth generate $(EXAMPLES)

# The reference of the spec; run it after a variable has changed.
docs:
	$(GO) run ./cmd/plinth docs > docs/spec.md

# What the AWS provider says about the types in use; run it after a module has got a new type of resource.
schema:
	$(GO) run ./internal/schemagen

# Scanners over what is generated; see docs/scanners.md. Building them takes some minutes, so that CI doesn't.
scan:
	GOBIN=$(CURDIR)/bin $(GO) install github.com/terraform-linters/tflint@v0.64.0
	GOBIN=$(CURDIR)/bin $(GO) install github.com/aquasecurity/tfsec/cmd/tfsec@v1.26.0
	PATH="$(CURDIR)/bin:$$PATH" $(GO) run ./internal/scan

# Random expressions and specs, for FUZZTIME each.
fuzz:
	PLINTH_EXPRESSIONS=100000 $(GO) test ./generator/specialize -run TestExpressionsKeepTheirValue -v -timeout 30m
	PLINTH_SPECS=1000 $(GO) test ./generator -run TestRandomSpecsMeanTheSameInBothStyles -v -timeout 30m
	$(GO) test ./generator/specialize -run '^$$' -fuzz FuzzExpression -fuzztime $(FUZZTIME)
	$(GO) test ./generator/spec -run '^$$' -fuzz FuzzDecode -fuzztime $(FUZZTIME)
	$(GO) test ./generator -run '^$$' -fuzz FuzzAccount -fuzztime $(FUZZTIME)
	$(GO) test ./generator/eventpattern -run '^$$' -fuzz FuzzParse -fuzztime $(FUZZTIME)
	$(GO) test ./audit/credentials -run '^$$' -fuzz FuzzParse -fuzztime $(FUZZTIME)
	$(GO) test ./audit/root -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./audit/access -run '^$$' -fuzz FuzzEdit -fuzztime $(FUZZTIME)
	$(GO) test ./audit/access -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./audit/analyzer -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./audit/alarms -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
