use url::Url;

/// An address as it is shown: without query and fragment, which may hold what nobody should see, and without a user.
pub(super) fn shown(address: &Url) -> String {
    let mut shown = address.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Fails only for addresses that cannot hold a user.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        let address = Url::parse("https://u:p@a.example.com/x?key=secret#f").unwrap();
        assert_eq!(shown(&address), "https://a.example.com/x");
    }
}
