//! What a scenario's lines say of GitLab.

use std::collections::BTreeSet;

use okrsync::model::Username;
use okrsync::plan::{
    Deed, Knowledge, ObservedIssue, ObservedLink, PastEvent, ReferencedIssue, UnmanagedIssue,
};

use super::gitlab::{GitLab, key, reference};

type Done = Result<(), String>;

/// A line about GitLab: its form, and what it does with the words that it holds.
type Statement = (&'static str, fn(&mut GitLab, &[&str]) -> Done);

/// What a line may say of GitLab. The first form that fits counts.
pub(super) const STATEMENTS: &[Statement] = &[
    ("title of KEY is TEXT", |gitlab, w| {
        gitlab.issue(w[0])?.title = w[1].into();
        Ok(())
    }),
    ("due date of KEY is DATE", |gitlab, w| {
        gitlab.issue(w[0])?.due = match w[1] {
            "nothing" => None,
            day => Some(day.parse().map_err(|e| format!("no day: {e}"))?),
        };
        Ok(())
    }),
    ("author of KEY is NAME", |gitlab, w| {
        gitlab.issue(w[0])?.author = username(w[1])?;
        Ok(())
    }),
    ("KEY is closed", |gitlab, w| {
        gitlab.issue(w[0])?.open = false;
        Ok(())
    }),
    ("KEY is reopened", |gitlab, w| {
        gitlab.issue(w[0])?.open = true;
        Ok(())
    }),
    ("KEY is confidential", |gitlab, w| {
        gitlab.issue(w[0])?.confidential = true;
        Ok(())
    }),
    ("KEY is public", |gitlab, w| {
        gitlab.issue(w[0])?.confidential = false;
        Ok(())
    }),
    ("KEY is assigned to REST", |gitlab, w| {
        gitlab.issue(w[0])?.assignees = match w[1] {
            "nobody" => Vec::new(),
            names => names.split(", ").map(username).collect::<Result<_, _>>()?,
        };
        Ok(())
    }),
    ("label LABEL is added to KEY", |gitlab, w| {
        labels(&mut gitlab.issue(w[1])?.labels, |labels| {
            labels.insert(w[0].into())
        })
    }),
    ("label LABEL is removed from KEY", |gitlab, w| {
        labels(&mut gitlab.issue(w[1])?.labels, |labels| {
            labels.remove(w[0])
        })
    }),
    ("KEY was moved to PROJECT", |gitlab, w| {
        moved(gitlab, w[0], w[1]).map(|_| ())
    }),
    ("KEY was moved out of sight", |gitlab, w| {
        moved(gitlab, w[0], "else/where")?;
        gitlab.state.issues.pop();
        Ok(())
    }),
    ("KEY was moved to PROJECT without its block", |gitlab, w| {
        let id = moved(gitlab, w[0], w[1])?;
        let issues = &mut gitlab.state.issues;
        let there = issues
            .iter_mut()
            .find(|issue| issue.id == id)
            .ok_or("gone")?;
        there.description = String::new();
        Ok(())
    }),
    ("in KEY TEXT becomes TEXT", |gitlab, w| {
        gitlab.replace(w[0], w[1], w[2])
    }),
    ("block of KEY is removed", |gitlab, w| {
        gitlab.issue(w[0])?.description = "People's words.".into();
        Ok(())
    }),
    ("text above KEY is TEXT", |gitlab, w| {
        let issue = gitlab.issue(w[0])?;
        issue.description = format!("{}\n\n{}", w[1], issue.description);
        Ok(())
    }),
    ("row TEXT is added to KEY", |gitlab, w| {
        gitlab.replace(
            w[1],
            "\n\n<!-- okrsync:v1",
            &format!("\n{}\n\n<!-- okrsync:v1", w[0]),
        )
    }),
    ("check-ins of KEY are removed", |gitlab, w| {
        gitlab.body(w[0], |body| body.table = None)
    }),
    ("check-in DATE of KEY is removed", |gitlab, w| {
        gitlab.body(w[1], |body| {
            let table = body.table.as_mut();
            table
                .unwrap()
                .rows
                .retain(|row| row.date.to_string() != w[0]);
        })
    }),
    ("owner in KEY is NAME", |gitlab, w| {
        gitlab.marker(w[0], |marker| marker.owner = w[1].into())
    }),
    ("renderer in KEY is older", |gitlab, w| {
        gitlab.marker(w[0], |marker| {
            marker.applied.renderer = 0;
            marker.applied.digest = "of an older rendering".into();
        })?;
        // The digest that an older renderer recorded is that of the text that it wrote.
        gitlab.body(w[0], |body| body.definition = "An older rendering.".into())?;
        let digest = okrsync::issue::digest("An older rendering.");
        gitlab.marker(w[0], |marker| marker.applied.digest = digest)
    }),
    ("apply of KEY was interrupted", |gitlab, w| {
        gitlab.marker(w[0], |marker| {
            marker.pending = true;
            for link in &mut marker.applied.links {
                link.id = None;
            }
        })
    }),
    (
        "label LABEL was removed from KEY before that",
        |gitlab, w| {
            gitlab.marker(w[1], |marker| {
                marker.applied.taken_away.labels.insert(w[0].into());
            })
        },
    ),
    ("link from KEY to END is added", |gitlab, w| {
        let other = gitlab.id(w[1])?;
        link(gitlab.issue(w[0])?, |links| {
            links.push(ObservedLink {
                id: 7000 + other,
                other,
            });
        })
    }),
    ("link from KEY to END is removed", |gitlab, w| {
        let other = gitlab.id(w[1])?;
        link(gitlab.issue(w[0])?, |links| {
            links.retain(|link| link.other != other);
        })
    }),
    ("KEY has NUMBER links of others", |gitlab, w| {
        let count: u64 = w[1].parse().map_err(|_| "no number")?;
        link(gitlab.issue(w[0])?, |links| {
            links.extend((0..count).map(|at| ObservedLink {
                id: 8000 + at,
                other: 9000 + at,
            }));
        })
    }),
    ("KEY was cloned", |gitlab, w| {
        let project = gitlab.issue(w[0])?.project.clone();
        gitlab.copy(w[0], &project).map(|_| ())
    }),
    ("KEY was cloned by NAME", |gitlab, w| {
        let project = gitlab.issue(w[0])?.project.clone();
        gitlab.copy(w[0], &project)?.author = username(w[1])?;
        Ok(())
    }),
    ("KEY was created twice", |gitlab, w| {
        let project = gitlab.issue(w[0])?.project.clone();
        let twin = gitlab.copy(w[0], &project)?.address().to_string();
        gitlab.marker(&twin, |marker| marker.birth = "another".into())
    }),
    ("issue ISSUE by NAME is TEXT", |gitlab, w| {
        other(gitlab, w[0], w[1], w[2])
    }),
    ("issue ISSUE by NAME looks alike TEXT", |gitlab, w| {
        looks_alike(gitlab, w[0], w[1], w[2], None)
    }),
    ("issue ISSUE by NAME claims KEY", |gitlab, w| {
        looks_alike(
            gitlab,
            w[0],
            w[1],
            "Another title",
            Some(key(w[2])?.to_string()),
        )
    }),
    ("issue ISSUE cannot be read", |gitlab, w| {
        let issue = reference(w[0])?;
        gitlab
            .state
            .references
            .insert(issue, ReferencedIssue::NotReadable);
        Ok(())
    }),
    ("issue ISSUE was not looked up", |gitlab, w| {
        gitlab.state.references.remove(&reference(w[0])?);
        Ok(())
    }),
    ("a job token looks", |gitlab, _| {
        gitlab.state.viewer = None;
        let unknown = "this token may not read links".to_owned();
        for issue in &mut gitlab.state.issues {
            issue.links = Knowledge::Unknown(unknown.clone());
        }
        for tracker in gitlab.state.trackers.values_mut() {
            tracker.labels = Knowledge::Unknown("a job token may not read labels".into());
            tracker.several_assignees = Knowledge::Unknown("it may not ask".into());
            tracker.role = Knowledge::Unknown("it may not ask".into());
        }
        Ok(())
    }),
    ("NAME looks", |gitlab, w| {
        gitlab.state.viewer = Some(username(w[0])?);
        Ok(())
    }),
    ("labels of KEY are unknown", |gitlab, w| {
        gitlab.issue(w[0])?.labels = Knowledge::Unknown("not shown".into());
        Ok(())
    }),
    ("account NAME does not exist", |gitlab, w| {
        gitlab
            .state
            .users
            .remove(w[0])
            .map(|_| ())
            .ok_or("nobody names it".into())
    }),
    ("account NAME is blocked", |gitlab, w| {
        gitlab.state.users.remove(w[0]).ok_or("nobody names it")?;
        gitlab.state.inactive.insert(w[0].into(), "blocked".into());
        Ok(())
    }),
    ("PROJECT was not seen", |gitlab, w| {
        gitlab
            .state
            .trackers
            .remove(w[0])
            .map(|_| ())
            .ok_or("nobody names it".into())
    }),
    ("PROJECT lacks label LABEL", |gitlab, w| {
        labels(&mut gitlab.tracker(w[0])?.labels, |labels| {
            labels.remove(w[1])
        })
    }),
    ("PROJECT is archived", |gitlab, w| {
        gitlab.tracker(w[0])?.archived = true;
        Ok(())
    }),
    ("PROJECT has no issues", |gitlab, w| {
        gitlab.tracker(w[0])?.issues_enabled = false;
        Ok(())
    }),
    ("PROJECT knows the account as NUMBER", |gitlab, w| {
        let role = w[1].parse().map_err(|_| "no role")?;
        gitlab.tracker(w[0])?.role = Knowledge::Known(role);
        Ok(())
    }),
    ("past of KEY by NAME on DATE is REST", |gitlab, w| {
        let event = PastEvent {
            by: username(w[1])?,
            on: w[2].parse().map_err(|e| format!("no day: {e}"))?,
            deed: deed(w[3])?,
        };
        gitlab.past(w[0])?.events.insert(0, event);
        Ok(())
    }),
    ("past of KEY is cut", |gitlab, w| {
        gitlab.past(w[0])?.is_cut = true;
        Ok(())
    }),
    ("PROJECT hides issues", |gitlab, w| {
        gitlab.tracker(w[0])?.hidden = Some("it sees no confidential ones".into());
        Ok(())
    }),
];

fn deed(text: &str) -> Result<Deed, String> {
    let (what, of) = text.split_once(' ').unwrap_or((text, ""));
    Ok(match what {
        "retitled" => Deed::Retitled,
        "described" => Deed::Described,
        "closed" => Deed::Closed,
        "reopened" => Deed::Reopened,
        "labelled" => Deed::Labelled(of.into()),
        "unlabelled" => Deed::Unlabelled(of.into()),
        "assigned" => Deed::Assigned(username(of)?),
        "unassigned" => Deed::Unassigned(username(of)?),
        "due" if of == "nothing" => Deed::Scheduled(None),
        "due" => Deed::Scheduled(Some(of.parse().map_err(|e| format!("no day: {e}"))?)),
        _ => return Err("nobody does such a thing".into()),
    })
}

fn username(name: &str) -> Result<Username, String> {
    name.parse().map_err(|e| format!("no name: {e}"))
}

fn labels(
    known: &mut Knowledge<BTreeSet<String>>,
    change: impl FnOnce(&mut BTreeSet<String>) -> bool,
) -> Done {
    let Knowledge::Known(labels) = known else {
        return Err("its labels are unknown".into());
    };
    if change(labels) {
        Ok(())
    } else {
        Err("it is so already".into())
    }
}

fn link(issue: &mut ObservedIssue, change: impl FnOnce(&mut Vec<ObservedLink>)) -> Done {
    let Knowledge::Known(links) = &mut issue.links else {
        return Err("its links are unknown".into());
    };
    let before = links.clone();
    change(links);
    if *links == before {
        return Err("it is so already".into());
    }
    Ok(())
}

/// Moves an issue as GitLab does: the original is closed and keeps its marker, the other goes on. Gives the other's id.
fn moved(gitlab: &mut GitLab, name: &str, to: &str) -> Result<u64, String> {
    let id = gitlab.copy(name, to)?.id;
    let original = gitlab.issue(name)?;
    original.open = false;
    original.moved_to = Some(id);
    gitlab.ids.insert(key(name)?, id);
    Ok(id)
}

/// An issue of somebody's that files refer to.
fn other(gitlab: &mut GitLab, place: &str, author: &str, title: &str) -> Done {
    let place = reference(place)?;
    let like = gitlab.state.issues.first().ok_or("apply something first")?;
    gitlab.state.issues.push(ObservedIssue {
        id: 1000 + place.iid,
        iid: place.iid,
        project: place.project,
        title: title.to_owned(),
        description: "People's words.".into(),
        author: username(author)?,
        due: None,
        labels: Knowledge::Known(BTreeSet::new()),
        assignees: Vec::new(),
        links: Knowledge::Known(Vec::new()),
        ..like.clone()
    });
    Ok(())
}

fn looks_alike(
    gitlab: &mut GitLab,
    place: &str,
    author: &str,
    title: &str,
    claims: Option<String>,
) -> Done {
    let place = reference(place)?;
    gitlab.state.unmanaged.push(UnmanagedIssue {
        project: place.project,
        iid: place.iid,
        title: title.to_owned(),
        author: username(author)?,
        claims,
        open: true,
    });
    Ok(())
}
