// Package recorder writes what other programs answer.
package recorder

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime/debug"
)

// Write writes records to a file, one per line.
func Write(path string, records []any) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, record := range records {
		if err := encoder.Encode(record); err != nil {
			panic(err)
		}
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		panic(err)
	}
}

// Version returns the version of a module that is part of the program.
func Version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		panic("the program has no build information")
	}
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return dependency.Version
		}
	}
	panic("the module is not part of the program")
}
