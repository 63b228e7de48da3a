"""python-gitlab works with the sandbox as with a GitLab."""

import gitlab

from checks import ROOT, check
from sandbox import Sandbox


def refused(status, call):
    try:
        call()
    except gitlab.exceptions.GitlabError as error:
        return error.response_code == status
    return False


def use(url):
    api = gitlab.Gitlab(url, private_token="maintainer")
    api.auth()
    check("who am I", api.user.username == "maintainer", api.user)
    check("the version", api.version()[0].startswith("18."), api.version())
    project = api.projects.get("acme/okrs")
    other = api.projects.get("acme/delivery")
    check("a project by its path", project.path_with_namespace == "acme/okrs", project.attributes)
    check("no issues at first", project.issues.list(get_all=True) == [])

    label = project.labels.create({"name": "okr:o", "color": "#1f75cb", "description": "An objective"})
    check("a label is made", label.name == "okr:o" and label.color == "#1f75cb", label.attributes)
    check("a second of its name is refused", refused(409, lambda: project.labels.create({"name": "okr:o", "color": "#1f75cb"})))
    check("labels are listed", [one.name for one in project.labels.list(get_all=True)] == ["okr:o"])

    issue = project.issues.create(
        {"title": "Raise the MTBF", "description": "From 96 h\nto 240 h", "labels": ["okr:o", "team:sre"], "due_date": "2026-12-18"}
    )
    check("an issue is made", (issue.iid, issue.state, issue.due_date) == (1, "opened", "2026-12-18"), issue.attributes)
    check("with its labels", issue.labels == ["okr:o", "team:sre"], issue.labels)
    check("a label that is new to the project came with it", len(project.labels.list(get_all=True)) == 2)
    issue.title = "Raise the MTBF to 240 h"
    issue.labels = ["okr:o"]
    issue.save()
    read = project.issues.get(1)
    check("an issue is edited", (read.title, read.labels) == ("Raise the MTBF to 240 h", ["okr:o"]), read.attributes)

    for number in range(2, 46):
        project.issues.create({"title": f"Objective {number}"})
    pages = project.issues.list(iterator=True, per_page=20, order_by="created_at", sort="asc")
    check("45 issues in three pages", [one.iid for one in pages] == list(range(1, 46)))
    check("their total is told", pages.total == 45, pages.total)
    found = project.issues.list(labels=["okr:o"], state="opened", get_all=True)
    check("issues by label", [one.iid for one in found] == [1], found)
    found = project.issues.list(search="Objective 44", get_all=True)
    check("issues by words", [one.iid for one in found] == [44], found)

    key_result = other.issues.create({"title": "Halve the failovers"})
    made = key_result.links.create({"target_project_id": project.id, "target_issue_iid": 1, "link_type": "relates_to"})
    check("issues of two projects are linked", made[1].iid == 1, made)
    links = read.links.list(get_all=True)
    check("the link is seen from its other end", [one.references["full"] for one in links] == ["acme/delivery#1"], links)
    again = {"target_project_id": project.id, "target_issue_iid": 1}
    check("a second link is refused", refused(409, lambda: key_result.links.create(again)))
    read.links.delete(links[0].issue_link_id)
    check("the link is gone", read.links.list(get_all=True) == [])

    note = read.notes.create({"body": "Two failovers, both under a minute."})
    check("a comment is made", note.author["username"] == "maintainer", note.attributes)
    comments = [one.body for one in read.notes.list(get_all=True) if not one.system]
    check("comments are listed", comments == ["Two failovers, both under a minute."], comments)
    read.notes.create({"body": "/close"})
    check("a quick action in a comment runs", project.issues.get(1).state == "closed")
    read.state_event = "reopen"
    read.save()
    check("an issue is reopened", project.issues.get(1).state == "opened")
    read.state_event = "close"
    read.save()
    check("an issue is closed", project.issues.get(1).state == "closed")
    events = [one.state for one in read.resourcestateevents.list(get_all=True)]
    check("its history tells so", events == ["closed", "reopened", "closed"], events)

    guest = gitlab.Gitlab(url, private_token="guest").projects.get("acme/okrs")
    check("a guest cannot make labels", refused(403, lambda: guest.labels.create({"name": "x", "color": "#ffffff"})))
    check("what does not exist is 404", refused(404, lambda: project.issues.get(999)))
    check("an unknown token is 401", refused(401, gitlab.Gitlab(url, private_token="nobody").auth))

    graph = gitlab.GraphQL(url, token="maintainer")
    answer = graph.execute('{ project(fullPath: "acme/okrs") { issues(state: opened) { count } } }')
    check("GraphQL counts the same issues", answer["project"]["issues"]["count"] == 44, answer)


with Sandbox(["sandbox", "--world", str(ROOT / "tests/recordings/world.json")]) as served:
    use(served.url)
