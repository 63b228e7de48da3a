//! Prometheus as its documentation shows its answers. A real one is asked in `real`, by the checks with independent programs.

use std::time::Duration;

use jiff::Timestamp;
use okrsync::measure::{
    Aggregate, Ask, Measured, Outside, OutsideError, OutsideSettings, QueryError,
};

use super::{TOKEN, listed, whole};
use crate::gitlab::server::{Reply, Server};

const FROM: &str = "2026-10-01T00:00:00Z";
const TO: &str = "2026-11-16T08:00:00.75Z";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Asks a Prometheus that lies below a path and wants a token.
async fn ask(server: &Server, query: &str, ask: Ask) -> Result<Measured, OutsideError> {
    let prometheus = listed(
        "metrics",
        &format!("{}/prometheus", server.url),
        Some(TOKEN),
    );
    let outside = Outside::new(OutsideSettings::new(vec![prometheus.clone()])).unwrap();
    outside.prometheus(&prometheus, query, ask).await
}

async fn at_once(reply: Reply) -> Result<Measured, OutsideError> {
    ask(&Server::script(vec![reply]), "up", Ask::At(time(TO))).await
}

fn over(aggregate: Aggregate, step: Option<Duration>) -> Ask {
    let (from, to) = (time(FROM), time(TO));
    Ask::Over {
        from,
        to,
        step,
        aggregate,
    }
}

/// What gives no value.
async fn no_value(data: &str) -> QueryError {
    let answered = at_once(success(data)).await;
    match answered.unwrap_err() {
        OutsideError::Query(error) => error,
        error => panic!("{error:?}"),
    }
}

fn success(data: &str) -> Reply {
    Reply::json(200, format!(r#"{{"status": "success", "data": {data}}}"#))
}

/// A query of a page's address, decoded.
fn parameters(address: &str) -> Vec<(String, String)> {
    let base = url::Url::parse("http://x").unwrap();
    let address = base.join(address).unwrap();
    address.query_pairs().into_owned().collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn an_instant_gives_the_value_of_the_only_series() {
    let server = Server::script(vec![success(
        r#"{"resultType": "vector", "result": [{"metric": {"__name__": "up", "job": "node"}, "value": [1435781451.781, "99.95000000000000284"]}]}"#,
    )]);
    let query = r#"sum by (job) (rate(x{code=~"5.."}[1h])) / 2 + 1"#;
    let measured = ask(&server, query, Ask::At(time("2015-07-01T20:10:51.781Z")))
        .await
        .unwrap();
    assert_eq!(measured.value.to_string(), "99.95");
    assert_eq!(measured.at, time("2015-07-01T20:10:51.781Z"));
    assert_eq!(measured.remarks, [""; 0]);
    let page = measured
        .evidence
        .as_str()
        .strip_prefix(&*server.url)
        .unwrap();
    assert!(page.starts_with("/prometheus/graph?"), "{page}");
    assert_eq!(
        parameters(page),
        pairs(&[
            ("g0.expr", query),
            ("g0.tab", "1"),
            ("g0.moment_input", "2015-07-01 20:10:51")
        ])
    );
    let seen = &server.seen()[0];
    assert!(
        seen.path.starts_with("/prometheus/api/v1/query?"),
        "{}",
        seen.path
    );
    assert_eq!(
        parameters(&seen.path),
        pairs(&[
            ("query", query),
            ("time", "2015-07-01T20:10:51.781Z"),
            ("timeout", "30s")
        ])
    );
    assert_eq!(
        seen.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
}

#[tokio::test]
async fn a_scalar_is_a_value_with_what_prometheus_remarks() {
    let remarks: Vec<String> = (1..=9).map(|n| format!(r#""a warning\n{n}""#)).collect();
    let answer = format!(
        r#"{{"status": "success", "data": {{"result": [1435781451, "42"], "resultType": "scalar", "stats": {{}}}}, "warnings": [{}], "infos": ["{} {TOKEN}"]}}"#,
        remarks[..4].join(", "),
        "x".repeat(299)
    );
    let measured = at_once(Reply::json(200, answer)).await.unwrap();
    assert_eq!(measured.value.to_string(), "42");
    assert_eq!(
        measured.remarks[..4],
        ["a warning 1", "a warning 2", "a warning 3", "a warning 4"]
    );
    assert_eq!(
        measured.remarks[4].chars().count(),
        301,
        "{}",
        measured.remarks[4]
    );
    assert!(!measured.remarks[4].contains(TOKEN));
    let answer = format!(
        r#"{{"status": "success", "data": {{"resultType": "scalar", "result": [1, "0"]}}, "warnings": [{}]}}"#,
        remarks.join(", ")
    );
    let measured = at_once(Reply::json(200, answer)).await.unwrap();
    assert_eq!(
        measured.value.to_string(),
        "0",
        "a zero that was measured is one"
    );
    assert_eq!(
        measured.remarks.last().unwrap(),
        "and 4 more remarks of Prometheus"
    );
}

#[tokio::test]
async fn whatever_else_an_instant_gives_is_no_value() {
    assert_eq!(
        no_value(r#"{"resultType": "vector", "result": []}"#).await,
        QueryError::NoData
    );
    let several = no_value(
        r#"{"resultType": "vector", "result": [
            {"metric": {"__name__": "up", "job": "prometheus", "instance": "localhost:9090"}, "value": [1435781451.781, "1"]},
            {"metric": {"__name__": "up", "job": "node", "instance": "localhost:9100"}, "value": [1435781451.781, "0"]},
            {"metric": {"__name__": "up", "job": "node", "instance": "localhost:9100", "zone": "a"}, "value": [1435781451.781, "0"]}]}"#,
    );
    assert_eq!(
        several.await.to_string(),
        "the query gives 3 series, which differ in instance, job, zone"
    );
    for text in ["NaN", "+Inf", "-Inf"] {
        let data = format!(r#"{{"resultType": "scalar", "result": [1, "{text}"]}}"#);
        assert_eq!(
            no_value(&data).await,
            QueryError::NotFinite(text.to_owned())
        );
    }
    for (data, error) in [
        (
            r#"{"resultType": "scalar", "result": [1, "1e300"]}"#,
            QueryError::Unkept("1e300".to_owned()),
        ),
        (
            r#"{"resultType": "string", "result": [1, "12"]}"#,
            QueryError::Text,
        ),
        (
            r#"{"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "1"]]}]}"#,
            QueryError::Samples,
        ),
        (
            r#"{"resultType": "vector", "result": [{"metric": {}, "histogram": [1, {"count": "1", "sum": "2", "buckets": []}]}]}"#,
            QueryError::Histogram,
        ),
    ] {
        assert_eq!(no_value(data).await, error);
        assert!(error.hint().ends_with('.'));
    }
}

#[tokio::test]
async fn a_period_is_asked_for_at_the_end_of_each_step_and_aggregated_here() {
    let day = Duration::from_hours(24);
    // Of 46 days the first and two late ones, and what was nothing divided by nothing.
    let values =
        r#"[[1790928000, "1.5"], [1791014400, "NaN"], [1794643200, "10"], [1794729600, "0.1"]]"#;
    for (aggregate, value) in [
        (Aggregate::Mean, "3.86666666666667"),
        (Aggregate::Min, "0.1"),
        (Aggregate::Max, "10"),
        (Aggregate::Sum, "11.6"),
        (Aggregate::Last, "0.1"),
    ] {
        let server = Server::script(vec![success(&format!(
            r#"{{"resultType": "matrix", "result": [{{"metric": {{}}, "values": {values}}}]}}"#
        ))]);
        let measured = ask(&server, "x", over(aggregate, Some(day))).await.unwrap();
        assert_eq!(measured.value.to_string(), value, "{aggregate:?}");
        let at = if aggregate == Aggregate::Last {
            "2026-11-15T08:00:00Z"
        } else {
            "2026-11-16T08:00:00Z"
        };
        assert_eq!(measured.at, time(at));
        assert_eq!(
            measured.remarks,
            ["3 of 46 steps of the period have a value (6 %)"]
        );
        let seen = &server.seen()[0];
        assert!(
            seen.path.starts_with("/prometheus/api/v1/query_range?"),
            "{}",
            seen.path
        );
        assert_eq!(
            parameters(&seen.path),
            pairs(&[
                ("query", "x"),
                ("start", "1790928000"),
                ("end", "1794816000"),
                ("step", "86400"),
                ("timeout", "30s")
            ])
        );
        assert_eq!(
            parameters(measured.evidence.as_str()),
            pairs(&[
                ("g0.expr", "x"),
                ("g0.tab", "0"),
                ("g0.range_input", "3974400s"),
                ("g0.end_input", "2026-11-16 08:00:00"),
                ("g0.step_input", "86400")
            ])
        );
    }
}

#[tokio::test]
async fn whatever_else_a_period_gives_is_no_value() {
    let asked = async |data: &str| {
        let server = Server::script(vec![success(data)]);
        match ask(&server, "x", over(Aggregate::Mean, None))
            .await
            .unwrap_err()
        {
            OutsideError::Query(error) => error,
            error => panic!("{error:?}"),
        }
    };
    let series = |values: &str| {
        format!(r#"{{"resultType": "matrix", "result": [{{"metric": {{}}, {values}}}]}}"#)
    };
    for (data, error) in [
        (r#"{"resultType": "matrix", "result": []}"#.to_owned(), QueryError::NoData),
        (series(r#""values": []"#), QueryError::NoData),
        (series(r#""values": [[1, "NaN"], [2, "NaN"]]"#), QueryError::NotFinite("NaN".to_owned())),
        (series(r#""values": [[1, "1"], [2, "+Inf"]]"#), QueryError::NotFinite("+Inf".to_owned())),
        (series(r#""values": [[1, "1"]], "histograms": [[2, {"count": "1", "sum": "2"}]]"#), QueryError::Histogram),
        (r#"{"resultType": "scalar", "result": [1, "1"]}"#.to_owned(), QueryError::NoPeriod),
        (
            r#"{"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "1"]]}, {"metric": {}, "values": [[1, "1"]]}]}"#.to_owned(),
            QueryError::Several { count: 2, apart: Vec::new() },
        ),
    ] {
        assert_eq!(asked(&data).await, error, "{data}");
    }
    let huge = "79228162514264337593543950335";
    assert_eq!(
        asked(&series(&format!(
            r#""values": [[1, "{huge}"], [2, "{huge}"]]"#
        )))
        .await,
        QueryError::Unkept("the sum".to_owned())
    );
}

#[tokio::test]
async fn what_cannot_be_asked_is_not() {
    let server = Server::script(vec![Reply::json(200, "{}")]);
    let minute = Some(Duration::from_mins(1));
    for (aggregate, step, error) in [
        (Aggregate::Sum, None, QueryError::SumWithoutStep),
        (
            Aggregate::Mean,
            minute,
            QueryError::TooManyPoints { points: 66_720 },
        ),
    ] {
        let refused = ask(&server, "x", over(aggregate, step)).await.unwrap_err();
        assert_eq!(refused.to_string(), error.to_string());
        assert_eq!(refused.hint(), error.hint());
    }
    let never = listed("other", "https://other.example.com", None);
    let outside = Outside::new(OutsideSettings::new(vec![listed(
        "metrics",
        &server.url,
        None,
    )]))
    .unwrap();
    let error = outside
        .prometheus(&never, "x", Ask::At(time(TO)))
        .await
        .unwrap_err();
    assert!(matches!(error, OutsideError::NotListed { .. }));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn what_prometheus_refuses_is_told_in_its_words() {
    // 400 and 422 are its own; others may stand before it.
    for status in [400, 422, 503, 200] {
        let server = Server::new(move |seen, _| {
            let sent = seen.header("authorization").unwrap_or_default();
            Reply::json(
                status,
                format!(
                    r#"{{"status": "error", "errorType": "bad_data", "error": "invalid parameter \"query\": 1:4: parse error:\n unexpected end of input {sent}"}}"#
                ),
            )
        });
        let error = ask(&server, "sum(", Ask::At(time(TO))).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "Prometheus refuses the query (bad_data): invalid parameter \"query\": 1:4: parse error: unexpected end of input Bearer [REDACTED]"
        );
        assert!(!whole(&error).contains(TOKEN));
    }
    for (reply, said) in [
        (
            Reply::html(200, "<html>"),
            "answered with a web page, perhaps to sign in",
        ),
        (Reply::html(502, "<html>"), "answered 502 Bad Gateway"),
        (
            Reply::json(401, r#"{"message": "no"}"#),
            "answered 401 Unauthorized",
        ),
        (
            Reply::json(200, r#"{"message": "hello"}"#),
            "answered JSON that is not Prometheus's",
        ),
        (
            success(r#"{"resultType": "scalar", "result": [1]}"#),
            "answered JSON that is not Prometheus's",
        ),
        (
            success(r#"{"resultType": "news", "result": []}"#),
            "answered JSON that is not Prometheus's",
        ),
        (
            Reply::json(
                500,
                r#"{"status": "success", "data": {"resultType": "scalar", "result": [1, "1"]}}"#,
            ),
            "answered 500 Internal Server Error",
        ),
    ] {
        let error = at_once(reply).await.unwrap_err().to_string();
        assert!(error.ends_with(said), "{error}");
        assert!(error.contains("/prometheus/api/v1/query "), "{error}");
    }
}
