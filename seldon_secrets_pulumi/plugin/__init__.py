"""The components as a Pulumi plugin for YAML, TypeScript, Go, C# and Java."""
