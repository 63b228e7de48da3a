use crate::config::Team;
use crate::model::{Id, ItemRef, Key, OkrTree};

/// The keys under which an item's issue may still be marked: its own earlier keys, and those that follow from earlier
/// names of its objective and its team. None that is declared today: another issue has that one.
pub(super) fn previous_keys(tree: &OkrTree, team: &Team, of: ItemRef<'_>) -> Vec<Key> {
    let item = of.item();
    let earlier = |item: &crate::model::Item| -> Vec<Key> {
        item.previously
            .iter()
            .map(|key| key.value.clone())
            .collect()
    };
    let mut keys = vec![item.key.clone()];
    keys.extend(earlier(item));
    if let ItemRef::KeyResult(objective, _) = of {
        let ids: Vec<Id> = keys
            .iter()
            .filter_map(|key| key.key_result.clone())
            .collect();
        for objective in earlier(&objective.item) {
            keys.extend(ids.iter().map(|id| objective.with_key_result(id.clone())));
        }
    }
    let renamed: Vec<Key> = keys
        .iter()
        .filter(|key| key.team == team.id)
        .flat_map(|key| {
            team.previously.iter().map(|previous| Key {
                team: previous.clone(),
                ..key.clone()
            })
        })
        .collect();
    keys.extend(renamed);
    let mut previous: Vec<Key> = Vec::new();
    for key in keys {
        if tree.get(&key).is_none() && !previous.contains(&key) {
            previous.push(key);
        }
    }
    previous
}
