//! The instance: its version, and the limits that its administrator sets.

use serde_json::{Value, json};

use super::{Answer, Context};
use crate::sandbox::Response;
use crate::sandbox::state::Refusal;

pub(super) fn version(c: &mut Context<'_>) -> Answer {
    c.actor.user.ok_or(Refusal::Unauthorized)?;
    let settings = &c.state.settings;
    let body = json!({
        "version": settings.version, "revision": "Unknown",
        "kas": {
            "enabled": false, "externalUrl": null, "externalK8sProxyUrl": null, "version": null,
        },
        "enterprise": settings.enterprise,
    });
    Ok(Response::json(200, &body))
}

fn check_admin(c: &Context<'_>) -> Result<(), Response> {
    c.actor.user.ok_or(Refusal::Unauthorized)?;
    if c.state.is_admin(&c.actor) {
        Ok(())
    } else {
        Err(Refusal::forbidden().into())
    }
}

pub(super) fn show(c: &mut Context<'_>) -> Answer {
    check_admin(c)?;
    let limits = serde_json::to_value(&c.state.settings.limits);
    Ok(Response::json(200, &limits.map_err(|_| Refusal::Internal)?))
}

/// Sets the limits that are named; settings that the sandbox does not have are ignored.
pub(super) fn change(c: &mut Context<'_>) -> Answer {
    check_admin(c)?;
    let limits = serde_json::to_value(&c.state.settings.limits);
    let Ok(Value::Object(mut fields)) = limits else {
        return Err(Refusal::Internal.into());
    };
    for (name, value) in &mut fields {
        if value.is_boolean()
            && let Some(new) = c.params.boolean(name)?
        {
            *value = json!(new);
        } else if value.is_number()
            && let Some(new) = c.params.number(name)?
        {
            *value = json!(new);
        }
    }
    let new = serde_json::from_value(Value::Object(fields));
    c.state.settings.limits = new.map_err(|_| Refusal::Internal)?;
    show(c)
}
