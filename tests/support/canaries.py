"""The credential of the tests: one value, so that a search for it finds every leak."""

# It has the characters of an AWS key that URLs, base64 and connection strings change.
CANARY = "canary-7f3a/secret+key="
