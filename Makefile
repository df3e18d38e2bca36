# Two commands matter: `make demo` and `make test`. The others are what they are made of.
CONFIGURATION ?= Release
RID ?=
HOST_RID := $(shell dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
TREE := artifacts/keychain-auth$(if $(RID),-$(RID))

.PHONY: all demo test test-plugins publish run lint format clean pack

all: publish

demo: publish
	@bash scripts/demo

test: publish test-plugins pack
	@bash scripts/test

# Plugins that exist for tests only: good ones, broken ones, hostile ones.
test-plugins:
	@dotnet build tests/TestPlugins/TestPlugins.proj -c $(CONFIGURATION) --nologo -v quiet

publish:
	@bash scripts/publish "$(CONFIGURATION)" "$(RID)" "$(HOST_RID)" "$(TREE)"

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
