//! Rate limits, as far as they can be seen without being reached.

use crate::fact::{expect, facts, hold, unseen};

facts! {
    "limits/headers", "where requests are limited, every answer says how many are left and until when", "throttle_api",
    |place| {
        let first = place.caller.get("user").await?.is(200)?;
        expect("who asks", &first.body["id"], place.user)?;
        if !first.has("ratelimit-remaining") {
            return unseen("this server limits no requests, or does not say so");
        }
        let second = place.caller.get("user").await?.is(200)?;
        let number = |name: &str| second.header(name).parse::<i64>().ok();
        for name in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-observed", "ratelimit-reset"] {
            hold(&format!("{name} is a number"), number(name).is_some())?;
        }
        let left = |answer: &crate::http::Answer| answer.header("ratelimit-remaining").parse::<i64>().ok();
        let same_window = first.header("ratelimit-reset") == second.header("ratelimit-reset");
        hold("one less is left", !same_window || left(&second) < left(&first))?;
    }
}
