//! Serde for types that are read and written as text and have no serde of their own.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

pub(super) fn serialize<T: Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(D::Error::custom)
}

/// The state of a quarter, as `okr.toml` writes it.
pub(super) mod quarter_state {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::config::QuarterState;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(in crate::issue) fn serialize<S: Serializer>(
        state: &QuarterState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.as_str())
    }

    pub(in crate::issue) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<QuarterState, D::Error> {
        let text = String::deserialize(deserializer)?;
        [
            QuarterState::Draft,
            QuarterState::Active,
            QuarterState::Closed,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| D::Error::custom("a quarter is draft, active or closed"))
    }
}

/// The health of a check-in, absent or as tables write it.
pub(super) mod health {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::model::Health;

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(in crate::issue) fn serialize<S: Serializer>(
        health: &Option<Health>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match health {
            Some(health) => serializer.serialize_some(health.as_str()),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::issue) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Health>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| {
                Health::parse(&text).ok_or_else(|| {
                    D::Error::custom("health is on-track, needs-attention or at-risk")
                })
            })
            .transpose()
    }
}
