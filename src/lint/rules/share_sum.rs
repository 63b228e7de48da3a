use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use rust_decimal::Decimal;

use crate::lint::scope::Scope;
use crate::model::Number;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "share-sum",
        summary: "shares of a team's time that are not 100 percent together",
        levels: Levels::planning(Level::INFO, Level::ERROR),
        doc: "`share` says how much of the team's bandwidth a key result may take, not necessarily equal parts. Once one key \
              result of a team has a share, all have, and together they are 100: less is time that nobody has planned, \
              more is time that nobody has. Dropped key results do not count.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: the percentages of productivity bandwidth for the key results are not \
                     necessarily distributed equally",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
share = 70
unit = "h"
from = 96
to = 240
[objective.mtbf.kr.pages]
title = "Cut pages per shift from 14 to 5"
share = 40
unit = "pages"
from = 14
to = 5
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
share = 60
unit = "h"
from = 96
to = 240
[objective.mtbf.kr.pages]
title = "Cut pages per shift from 14 to 5"
share = 40
unit = "pages"
from = 14
to = 5
"#,
            settings: "",
        }),
    },
    check: Check::File(check),
};

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let shares: Vec<_> = scope
        .key_results()
        .filter_map(|(_, own)| Some((own, own.share?)))
        .collect();
    let Some(((first, share), others)) = shares.split_first() else {
        return Vec::new();
    };
    let sum: Decimal = shares.iter().map(|(_, share)| share.value.decimal()).sum();
    let sum = Number::new(sum);
    let without: Vec<_> = scope
        .key_results()
        .filter(|(_, own)| own.share.is_none())
        .collect();
    if sum == Number::HUNDRED && without.is_empty() {
        return Vec::new();
    }
    if let ([(_, own), ..], true) = (without.as_slice(), sum <= Number::HUNDRED) {
        let mut finding = Finding::about(
            &own.item,
            "other key results of the team have a share of its time, this one has none",
        )
        .field("share")
        .with(share.span, "like this one");
        let left = Number::new(Number::HUNDRED.decimal() - sum.decimal());
        finding = match without.len() {
            1 => finding.help(format!("add share = {left}")),
            many => finding.help(format!(
                "share the {left} % that are left among {many} key results"
            )),
        };
        for (other, _) in &shares {
            finding = finding.concerns(&other.item.key);
        }
        for (_, other) in &without[1..] {
            finding = finding
                .with(other.item.title.span, "nor has this one")
                .concerns(&other.item.key);
        }
        return vec![finding];
    }
    let mut finding = Finding::at(
        &first.item,
        share.span,
        format!("the shares of {} sum to {sum}, not to 100", scope.name()),
    )
    .field("share");
    for (own, share) in others {
        finding = finding.with(share.span, "").concerns(&own.item.key);
    }
    vec![
        finding.help(
            "let the shares be what each key result may take of the team's time, 100 together",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::lint::testing::finds;

    fn shares(shares: &[&str]) -> Vec<String> {
        let mut text = "[objective.a]\ntitle = \"Be better\"\n".to_owned();
        for (at, share) in shares.iter().enumerate() {
            write!(
                text,
                "[objective.a.kr.k{at}]\ntitle = \"T\"\nto = 1\n{share}\n"
            )
            .unwrap();
        }
        finds("share-sum", &text)
    }

    #[test]
    fn exact_sums_and_forgotten_shares() {
        assert_eq!(
            shares(&["share = 33.3", "share = 33.3", "share = 33.4"]),
            [""; 0]
        );
        assert_eq!(shares(&["", ""]), [""; 0]);
        assert_eq!(
            shares(&["share = 50", "share = 49.9"]),
            ["6: error: the shares of sre sum to 99.9, not to 100"]
        );
        assert_eq!(
            shares(&["share = 50", ""]),
            ["8: error: other key results of the team have a share of its time, this one has none"]
        );
        assert_eq!(shares(&["share = 80", "share = 30", ""]).len(), 1);
    }
}
