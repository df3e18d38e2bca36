# Two commands matter: `make demo` and `make test`. The others are what they are made of.
CONFIGURATION ?= Release
RID ?=
HOST_RID := $(shell dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
TREE := artifacts/keychain-auth$(if $(RID),-$(RID))

.PHONY: all demo test test-fast publish run lint format clean pack

all: publish

demo: publish
	@bash scripts/demo

test: publish test-plugins
	@bash scripts/test

publish:
	@bash scripts/publish "$(CONFIGURATION)" "$(RID)" "$(HOST_RID)" "$(TREE)"

run: publish
	@$(TREE)/keychain-auth start

pack:
	@dotnet pack kernel/Abstractions kernel/Core kernel/Client kernel/Testing -c $(CONFIGURATION) -o artifacts/packages --nologo -v quiet

lint:
	@bash scripts/lint

format:
	@dotnet format KeychainAuth.sln

clean:
	@rm -rf artifacts
