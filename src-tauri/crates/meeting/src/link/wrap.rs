//! Links around links: mail filters and search engines rewrite what they pass on.

use url::Url;

use super::encoding::{base64_decode, percent_decode, query_value};
use super::{proofpoint, site};

/// Host (with everything below it), start of the path, and the key that the inner link stands under.
const BY_KEY: [(&str, &str, &str); 13] = [
    ("safelinks.protection.outlook.com", "/", "url"),
    ("safelinks.protection.office365.us", "/", "url"),
    ("statics.teams.cdn.office.net", "/", "url"),
    ("statics.teams.microsoft.com", "/", "url"),
    ("linkprotect.cudasvc.com", "/url", "a"),
    ("slack-redir.net", "/link", "url"),
    ("l.facebook.com", "/l.php", "u"),
    ("l.messenger.com", "/l.php", "u"),
    ("vk.com", "/away.php", "to"),
    ("clicktime.symantec.com", "/", "u"),
    ("clicktime.cloud.postoffice.net", "/", "u"),
    ("protect-links.mimecast.com", "/", "url"),
    ("duckduckgo.com", "/l/", "uddg"),
];

/// The link inside, if `url` is of a known wrapper.
pub fn unwrap(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let query = url.query().unwrap_or_default();
    if let Some((_, _, key)) = BY_KEY
        .iter()
        .find(|(domain, path, _)| site::is_below(host, domain) && url.path().starts_with(path))
    {
        return query_value(query, key);
    }
    if is_google(host) && url.path() == "/url" {
        return query_value(query, "q").or_else(|| query_value(query, "url"));
    }
    if site::is_below(host, "protection.sophos.com") {
        return String::from_utf8(base64_decode(&query_value(query, "u")?)).ok();
    }
    if host == "secure-web.cisco.com" {
        return percent_decode(url.path().rsplit('/').next()?);
    }
    proofpoint::unwrap(url, host)
}

/// Google's search in any country.
fn is_google(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let Some(ending) = host.strip_prefix("google.") else {
        return false;
    };
    let country = ending
        .strip_prefix("co.")
        .or_else(|| ending.strip_prefix("com."))
        .unwrap_or(ending);
    ending == "com" || country.len() == 2
}
