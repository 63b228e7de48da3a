use crate::config::{Config, Policy, QuarterState, Team};
use crate::model::{
    Date, Item, ItemRef, KeyResult, Kind, Lifecycle, Objective, OkrTree, Period, TeamOkrs,
};
use crate::text::Span;

/// One team's OKRs of a quarter, with what they are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) config: &'a Config,
    pub(super) tree: &'a OkrTree,
    pub(super) today: Date,
    pub(super) okrs: &'a TeamOkrs,
    /// The team, where `okr.toml` has it.
    pub(super) team: Option<&'a Team>,
    pub(super) policy: &'a Policy,
    /// The quarter's days, where the calendar has any.
    pub(super) period: Option<Period>,
    pub(super) state: QuarterState,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        config: &'a Config,
        tree: &'a OkrTree,
        today: Date,
        okrs: &'a TeamOkrs,
    ) -> Self {
        let team = config.teams.get(&okrs.team);
        Self {
            config,
            tree,
            today,
            okrs,
            team,
            policy: team.map_or(&config.policy, |team| &team.policy),
            period: config.calendar.period(okrs.quarter),
            state: config.quarter_state(okrs.quarter),
        }
    }

    /// The objectives that were not dropped.
    pub(super) fn objectives(&self) -> impl Iterator<Item = &'a Objective> + use<'a> {
        self.okrs
            .objectives
            .iter()
            .filter(|objective| counts(&objective.item))
    }

    /// The key results that were not dropped, with their objectives, which were not dropped either.
    pub(super) fn key_results(
        &self,
    ) -> impl Iterator<Item = (&'a Objective, &'a KeyResult)> + use<'a> {
        self.objectives().flat_map(|objective| {
            key_results(objective).map(move |key_result| (objective, key_result))
        })
    }

    /// The objectives whose key results are all said to be of one kind, with where each says so.
    pub(super) fn of_one_kind(&self, kind: Kind) -> Vec<(&'a Objective, Vec<Span>)> {
        self.objectives()
            .filter_map(|objective| {
                let said = key_results(objective).map(|own| {
                    let same = own.kind.filter(|own| own.value == kind)?;
                    Some(same.span)
                });
                let spans = said.collect::<Option<Vec<Span>>>()?;
                (!spans.is_empty()).then_some((objective, spans))
            })
            .collect()
    }

    /// Whether another team names this one as its parent.
    pub(super) fn has_teams_below(&self) -> bool {
        self.config.teams.is_above_any(&self.okrs.team)
    }

    /// What the team is called.
    pub(super) fn name(&self) -> &'a str {
        self.team.map_or(self.okrs.team.as_str(), |team| &team.name)
    }
}

/// The key results of an objective that were not dropped.
pub(super) fn key_results(objective: &Objective) -> impl Iterator<Item = &KeyResult> {
    objective
        .key_results
        .iter()
        .filter(|key_result| counts(&key_result.item))
}

/// Whether it was not dropped.
pub(super) fn counts(item: &Item) -> bool {
    !matches!(item.lifecycle, Lifecycle::Dropped { .. })
}

/// All objectives and key results of a team's file that were not dropped.
pub(super) fn items<'a>(scope: &Scope<'a>) -> impl Iterator<Item = ItemRef<'a>> + use<'a> {
    scope.objectives().flat_map(|objective| {
        std::iter::once(ItemRef::Objective(objective)).chain(
            key_results(objective).map(move |key_result| ItemRef::KeyResult(objective, key_result)),
        )
    })
}
