# Two commands matter: `make demo` and `make test`. The others are what they are made of.
CONFIGURATION ?= Release
RID ?=
ROW ?=
SECONDS ?= 60
MINUTES ?= 30
HOST_RID := $(shell dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
TREE := artifacts/keychain-auth$(if $(RID),-$(RID))

.PHONY: all demo test red-team test-vm test-vm-system bench fuzz fuzz-launcher soak test-plugins publish run lint format clean pack

all: publish

demo: publish
	@bash scripts/demo

test: publish test-plugins pack
	@bash scripts/test

# The red team alone, and its table: every attack of docs/security.md with its measured number. ROW=07 runs one row.
red-team: publish test-plugins
	@bash scripts/install-test-packages
	@rm -f artifacts/red-team.txt
	@dotnet build tests/KeychainAuth.EndToEnd.Tests -c $(CONFIGURATION) --nologo -v quiet
	@artifacts/bin/KeychainAuth.EndToEnd.Tests/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/KeychainAuth.EndToEnd.Tests -noColor \
	  $(if $(ROW),-method '*.Row$(ROW)_*',-namespace KeychainAuth.EndToEnd.Tests.RedTeam); status=$$?; \
	  cat artifacts/red-team.txt; exit $$status

# Against a C floor on this machine; docs/performance.md says what is measured. BENCH="--rounds 9 --only latency" and the like.
bench: publish
	@bash scripts/bench $(BENCH)

# SECONDS for each reader of foreign bytes; TARGET=keyring fuzzes one.
fuzz:
	@bash scripts/fuzz $(SECONDS) $(TARGET)

# Many clients for MINUTES, then everything is verified; docs/reliability.md.
soak: publish
	@bash scripts/install-test-packages
	@bash scripts/soak $(MINUTES)

# What the red team cannot measure here: a Debian machine with an older kernel, Yama, systemd --user and fs-verity.
test-vm: publish test-plugins
	@bash scripts/test-vm "$(TREE)"

# What the launcher reads from others, under AFL++ and both sanitizers, for SECONDS.
fuzz-launcher:
	@bash scripts/fuzz-launcher $(or $(SECONDS),60)

# Plugins that exist for tests only: good ones, broken ones, hostile ones.
test-plugins:
	@dotnet build tests/TestPlugins/TestPlugins.proj -c $(CONFIGURATION) --nologo -v quiet

# A read through store-secretservice beside libsecret's own lookup, on a GNOME Keyring of its own.
.PHONY: bench-secretservice
bench-secretservice:
	@bash scripts/install-test-packages
	@dotnet run --project tests/Benchmarks/SecretService -c $(CONFIGURATION)

publish:
	@bash scripts/publish "$(CONFIGURATION)" "$(RID)" "$(HOST_RID)" "$(TREE)"

# System mode in a Debian machine of its own with a TPM: installation, reboots, another TPM, removal. Some ten minutes.
test-vm-system: publish
	@bash scripts/test-vm-system "$(TREE)"

run: publish
	@$(TREE)/keychain-auth start

pack:
	@for project in Abstractions Core Client Testing; do \
	  dotnet pack kernel/$$project -c $(CONFIGURATION) -o artifacts/packages --nologo -v quiet || exit 1; done

lint:
	@bash scripts/lint

format:
	@dotnet format KeychainAuth.sln

clean:
	@rm -rf artifacts
