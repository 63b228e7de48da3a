//! How deep a query nests, and whether a branch of it repeats itself (facts §4.1).

use std::collections::BTreeMap;

use apollo_compiler::executable::{ExecutableDocument, Operation, Selection, SelectionSet};

/// Fields that every connection repeats, and that may therefore nest freely.
const FREE: [&str; 4] = ["node", "edges", "nodes", "ofType"];

/// How often one field name may nest in itself.
const MAX_RECURSION: usize = 2;

/// What the branches of a query were seen to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Nesting {
    /// The number of fields in the deepest branch.
    pub(super) depth: usize,
    /// Fields nested in themselves too often, and how often at most.
    pub(super) recurring: BTreeMap<String, usize>,
}

impl Nesting {
    /// Walks all branches of an operation.
    pub(super) fn of(document: &ExecutableDocument, operation: &Operation) -> Self {
        let mut nesting = Self::default();
        nesting.walk(document, &operation.selection_set, &mut Vec::new());
        nesting
    }

    fn walk<'d>(
        &mut self,
        document: &'d ExecutableDocument,
        set: &'d SelectionSet,
        branch: &mut Vec<&'d str>,
    ) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    branch.push(field.name.as_str());
                    self.depth = self.depth.max(branch.len());
                    let times = branch
                        .iter()
                        .filter(|name| **name == field.name.as_str())
                        .count();
                    let nests = !field.selection_set.selections.is_empty();
                    if nests && times > MAX_RECURSION && !FREE.contains(&field.name.as_str()) {
                        let most = self.recurring.entry(field.name.to_string()).or_default();
                        *most = (*most).max(times);
                    }
                    self.walk(document, &field.selection_set, branch);
                    branch.pop();
                }
                Selection::InlineFragment(fragment) => {
                    self.walk(document, &fragment.selection_set, branch);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                        self.walk(document, &fragment.selection_set, branch);
                    }
                }
            }
        }
    }

    /// GitLab's words for a branch that repeats itself, a Ruby hash and a stray bracket included.
    pub(super) fn recursion_message(&self) -> Option<String> {
        if self.recurring.is_empty() {
            return None;
        }
        let fields: Vec<String> = self
            .recurring
            .iter()
            .map(|(name, times)| format!("\"{name}\"=>{times}"))
            .collect();
        Some(format!(
            "Recursive query - too many of fields '{{{}}}' detected\nin single branch of the query\")\n",
            fields.join(", ")
        ))
    }
}
