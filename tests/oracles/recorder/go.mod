module ownlint/tests/oracles/recorder

go 1.26.0
