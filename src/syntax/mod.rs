//! TOML text → a tree of spanned values, with all syntax errors and all errors against a JSON Schema.
