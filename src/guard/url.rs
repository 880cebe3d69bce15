//! Whether two URLs lead to the same place: [`is_same`].

use url::Url;

/// Whether a URL of a spec is the one that is listed. The path of the REST API may be there or not.
pub(super) fn is_same(listed: &str, written: &str) -> bool {
    let (Ok(listed), Ok(written)) = (Url::parse(listed), Url::parse(written)) else {
        return false;
    };
    let is_plain = written.username().is_empty() && written.password().is_none();
    is_plain
        && listed.origin().is_tuple()
        && listed.origin() == written.origin()
        && path(&listed) == path(&written)
        && listed.query() == written.query()
}

fn path(url: &Url) -> &str {
    let path = url.path().trim_end_matches('/');
    let base = path.strip_suffix("/kafka/v3").or(path.strip_suffix("/v3"));
    base.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_host_port_scheme_and_path_fit() {
        let listed = "https://pkc-1.example:443";
        for (written, fits) in [
            ("https://pkc-1.example", true),
            ("https://PKC-1.example:443/", true),
            ("https://pkc-1.example/kafka/v3", true),
            ("https://pkc-1.example/v3/", true),
            ("http://pkc-1.example:443", false),
            ("https://pkc-1.example:8443", false),
            ("https://pkc-1.example@evil.example", false),
            ("https://user:word@pkc-1.example", false),
            ("https://pkc-1.example.evil.example", false),
            ("https://pkc-1.example/elsewhere", false),
            ("https://pkc-1.example?to=evil", false),
            ("file:///etc/passwd", false),
            ("pkc-1.example", false),
        ] {
            assert_eq!(is_same(listed, written), fits, "{written}");
        }
        assert!(!is_same("file:///a", "file:///a"));
    }
}
