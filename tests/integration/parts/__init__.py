"""The real parts that tests run against, each in a file of its name."""
