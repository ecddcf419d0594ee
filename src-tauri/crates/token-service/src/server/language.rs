//! The words of the landing page, and who gets which.

use axum::http::{HeaderMap, header};

/// What a page says.
#[derive(Debug)]
pub(super) struct Words {
    pub code: &'static str,
    pub title: &'static str,
    pub explain: &'static str,
    pub organizer: &'static str,
    pub starts: &'static str,
    pub open: &'static str,
    pub get: &'static str,
    pub browser: &'static str,
    pub dial_in: &'static str,
    pub conference: &'static str,
    pub expired: &'static str,
    pub not_yet: &'static str,
    pub invalid: &'static str,
    pub ask: &'static str,
}

const ENGLISH: Words = Words {
    code: "en",
    title: "You are invited to a meeting",
    explain: "Join as a guest with Foyer. You need no account and no licence.",
    organizer: "Organiser",
    starts: "Starts",
    open: "Open in Foyer",
    get: "Get Foyer",
    browser: "Open in the browser instead",
    dial_in: "Dial in",
    conference: "Conference ID",
    expired: "This invitation has expired.",
    not_yet: "This invitation is not valid yet.",
    invalid: "This invitation is not valid.",
    ask: "Ask whoever invited you for a new one.",
};

const RUSSIAN: Words = Words {
    code: "ru",
    title: "Вас приглашают на встречу",
    explain: "Присоединяйтесь как гость в Foyer. Не нужны ни учётная запись, ни лицензия.",
    organizer: "Организатор",
    starts: "Начало",
    open: "Открыть в Foyer",
    get: "Установить Foyer",
    browser: "Открыть в браузере",
    dial_in: "Подключиться по телефону",
    conference: "Номер конференции",
    expired: "Срок действия приглашения истёк.",
    not_yet: "Приглашение ещё не действует.",
    invalid: "Приглашение недействительно.",
    ask: "Попросите новое у того, кто вас пригласил.",
};

/// The language that the browser prefers, of those we speak; English otherwise.
pub(super) fn words(headers: &HeaderMap) -> &'static Words {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut best = (&ENGLISH, 0.0);
    for item in wanted.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok())
            .unwrap_or(1.0);
        let words = match tag.split('-').next() {
            Some("ru") => &RUSSIAN,
            Some("en") => &ENGLISH,
            _ => continue,
        };
        if quality > best.1 {
            best = (words, quality);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gets_what_it_prefers() {
        let of = |wanted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wanted.parse().unwrap());
            words(&headers).code
        };
        assert_eq!(of("ru-RU,ru;q=0.9,en;q=0.8"), "ru");
        assert_eq!(of("de, en;q=0.3, ru;q=0.7"), "ru");
        assert_eq!(of("en-GB,ru;q=0.9"), "en");
        assert_eq!(of("ru;q=0"), "en");
        assert_eq!(of("de"), "en");
        assert_eq!(of("rum"), "en");
        assert_eq!(words(&HeaderMap::new()).code, "en");
    }
}
