use crate::plan::Plan;

/// A plan as GitLab's Terraform report wants it, for the widget "N to add, N to change, N to delete" in a merge request.
///
/// Only issues count: `create` is issues created, `update` is issues changed, adopted or moved, `delete` is issues closed
/// (nothing is ever deleted). Links and labels come with them and would drown the numbers that a reviewer judges by.
/// Issues that are only rendered anew are no changes. Where a merge request is told apart from its target branch, only what
/// it brings itself counts: the widget stands in its page, and answers for it. A plan without changes is all zeros, which GitLab shows as such.
pub fn terraform_report(plan: &Plan) -> String {
    let counts = match plan.base {
        Some(_) => &plan.summary.causes.this_merge_request.total,
        None => &plan.summary.total,
    };
    let update = counts.update.saturating_add(counts.moves);
    format!(
        "{{\"create\":{},\"update\":{update},\"delete\":{}}}\n",
        counts.create,
        counts.close.saturating_add(counts.end)
    )
}
