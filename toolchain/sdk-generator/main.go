// Writes the SDK of a package in TypeScript or Go from its schema, which it reads from standard input.
//
// `pulumi package gen-sdk` asks a language plugin to do this. Those for TypeScript and Go are no Go modules that could
// be built; the generators that they call are in a module of Pulumi's own.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: sdk-generator nodejs|go FOLDER < SCHEMA"))
	}
	files, err := generate(os.Args[1])
	if err != nil {
		fail(err)
	}
	for name, content := range files {
		file := filepath.Join(os.Args[2], name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			fail(err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			fail(err)
		}
	}
}

func generate(language string) (map[string][]byte, error) {
	var spec schema.PackageSpec
	if err := json.NewDecoder(os.Stdin).Decode(&spec); err != nil {
		return nil, err
	}
	// The schema refers to no other package, so there is nothing to load.
	loader := schema.NewPluginLoader(nil)
	pkg, problems, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if problems.HasErrors() {
		return nil, problems
	}
	pkg.SupportPack = true // as `pulumi package add` does: the Go SDK is a module of its own
	switch language {
	case "nodejs":
		return nodejs.GeneratePackage("seldon-secrets", pkg, nil, nil, true, loader)
	case "go":
		return gen.GeneratePackage("seldon-secrets", pkg, nil)
	}
	return nil, fmt.Errorf("%s is neither nodejs nor go", language)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "sdk-generator:", err)
	os.Exit(1)
}
