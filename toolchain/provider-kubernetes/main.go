// Command pulumi-resource-kubernetes serves the Pulumi Kubernetes provider.
//
// The provider's own main package embeds files that are not part of its Go module, so this one takes its place.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// build.py copies the schema out of the provider's module: the YAML runtime and `pulumi package` ask for it.
//
//go:embed schema.json
var schema []byte

func main() {
	provider.Serve("kubernetes", "4.25.0", schema, []byte("{}"))
}
