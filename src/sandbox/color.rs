//! The colour of a text on a label, as GitLab chooses it.

/// Dark on a light label, white on a dark one: light is a sum of red, green and blue above 500.
pub(crate) fn text_on(background: &str) -> &'static str {
    let [red, green, blue] = channels(background);
    if red + green + blue > 500 { "#1F1E24" } else { "#FFFFFF" }
}

/// Red, green and blue of `#rgb` or `#rrggbb`; black for anything else.
fn channels(color: &str) -> [u32; 3] {
    let digits: Vec<u32> = color.trim_start_matches('#').chars().filter_map(|c| c.to_digit(16)).collect();
    match *digits.as_slice() {
        [a, b, c, d, e, f] => [a * 16 + b, c * 16 + d, e * 16 + f],
        [r, g, b] => [r * 17, g * 17, b * 17],
        _ => [0, 0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_out() {
        assert_eq!(text_on("#6699cc"), "#FFFFFF");
        assert_eq!(text_on("#FFECDB"), "#1F1E24");
        assert_eq!(text_on("#fff"), "#1F1E24");
        assert_eq!(text_on("no colour"), "#FFFFFF");
    }
}
