"""The version of the engine, which every receipt names."""

VERSION = "0.1.0"
