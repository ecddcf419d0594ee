use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::seal::{Key, new_secret};

const SERVICE: &str = "https://join.contoso.example";
const HOUR: Duration = Duration::from_secs(3600);

fn keys() -> Keys {
    Keys::new(vec![Key::parse("k1", &new_secret()).unwrap()]).unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn meeting() -> Address {
    Address::from_link("https://teams.microsoft.com/meet/123456789?p=abc").unwrap()
}

fn invitation() -> Invitation {
    let details = Details {
        subject: Some("Interview".into()),
        ..Details::default()
    };
    Invitation::new(SERVICE, meeting(), details, Some(1), now(), HOUR)
}

#[test]
fn an_invitation_comes_back_as_it_was_made_until_it_expires() {
    let (keys, made) = (keys(), invitation());
    let sealed = made.seal(&keys);
    let open = |at| Invitation::open(sealed.token().expose(), &keys, SERVICE, at);
    assert_eq!(open(now()), Ok(made.clone()));
    assert_eq!(open(later(now(), HOUR - Duration::from_secs(1))), Ok(made));
    assert_eq!(open(later(now(), HOUR)), Err(Refusal::Expired));
    let early = now() - jiff::SignedDuration::from_mins(5);
    assert_eq!(open(early), Err(Refusal::NotYet));
    let almost = now() - jiff::SignedDuration::from_secs(30);
    assert!(open(almost).is_ok(), "clocks differ a little");
}

#[test]
fn each_kind_of_deceit_has_its_own_answer() {
    let (keys, made) = (keys(), invitation());
    let good = made.seal(&keys).token().expose().to_owned();
    let foreign = Keys::new(vec![Key::parse("k1", &new_secret()).unwrap()]).unwrap();
    let stranger = Keys::new(vec![Key::parse("k2", &new_secret()).unwrap()]).unwrap();
    let of = |keys: &Keys| made.seal(keys).token().expose().to_owned();
    // {"alg":"none"} and {"alg":"HS256"}, the classic ways around a signature.
    let none = "eyJhbGciOiJub25lIn0.e30.";
    let hs256 = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
    let parts: Vec<_> = good.split('.').collect();
    let refused = |text: &str| Invitation::open(text, &keys, SERVICE, now()).unwrap_err();
    for (text, refusal) in [
        ("", Refusal::Malformed),
        ("no invitation", Refusal::Malformed),
        ("f1.k1", Refusal::Malformed),
        (&format!("{good}.x"), Refusal::Malformed),
        (&"x".repeat(LONGEST + 1), Refusal::Malformed),
        (none, Refusal::OtherVersion),
        (hs256, Refusal::OtherVersion),
        (&good.replacen("f1", "f2", 1), Refusal::OtherVersion),
        (&of(&stranger), Refusal::UnknownKey),
        (&of(&foreign), Refusal::Forged),
        (&format!("f1.k1.{}.", parts[2]), Refusal::Forged),
        (&format!("f1.k1.e30.{}", parts[3]), Refusal::Forged),
    ] {
        assert_eq!(refused(text), refusal, "{text}");
    }
    let elsewhere = Invitation::open(&good, &keys, "https://other.example", now());
    assert_eq!(elsewhere, Err(Refusal::OtherService));
    let other = Address::from_id("987654321", None).unwrap();
    assert_eq!(made.leads_to(Some(&other)), Err(Refusal::OtherMeeting));
    assert_eq!(made.leads_to(Some(&meeting())), Ok(()));
    assert_eq!(made.leads_to(None), Ok(()));
}

#[test]
fn no_two_refusals_share_a_code() {
    let codes: BTreeSet<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes.len(), Refusal::ALL.len());
}

#[test]
fn links_and_code_carry_the_same_invitation() {
    let sealed = invitation().seal(&keys());
    let token = sealed.token().expose();
    assert_eq!(
        sealed.app_link(),
        format!("foyer://join?service=https%3A%2F%2Fjoin.contoso.example&invitation={token}")
    );
    assert_eq!(sealed.web_link(), format!("{SERVICE}/join/{token}"));
    let svg = sealed.qr_code().unwrap();
    assert!(svg.contains("<svg") && !svg.contains(token));
    assert!(!format!("{sealed:?}").contains(token));
}

#[test]
fn the_longest_invitation_still_fits_into_links_and_a_code() {
    let thread = "a".repeat(200);
    let guid = "2432b57b-0abd-43db-aa7b-16eadd115d34";
    let link = format!(
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0\
         ?context=%7b%22Tid%22%3a%22{guid}%22%2c%22Oid%22%3a%22{guid}%22%7d"
    );
    let details = Details {
        subject: Some("s".repeat(500)),
        organizer: Some("o".repeat(500)),
        ..Details::default()
    };
    let meeting = Address::from_link(&link).unwrap();
    let sealed = Invitation::new(SERVICE, meeting, details, None, now(), HOUR).seal(&keys());
    assert!(sealed.token().expose().len() <= LONGEST);
    assert!(sealed.qr_code().is_some());
}

proptest! {
    #[test]
    fn nothing_but_what_was_sealed_is_ever_opened(at in 0usize..1_000, with in any::<char>()) {
        let keys = keys();
        let good = invitation().seal(&keys).token().expose().to_owned();
        let mut chars: Vec<char> = good.chars().collect();
        let at = at % chars.len();
        prop_assume!(chars[at] != with);
        chars[at] = with;
        let changed: String = chars.into_iter().collect();
        prop_assert!(Invitation::open(&changed, &keys, SERVICE, now()).is_err());
    }

    #[test]
    fn any_text_gets_an_answer(text in ".{0,300}") {
        let keys = keys();
        prop_assert!(Invitation::open(&text, &keys, SERVICE, now()).is_err());
        let prefixed = format!("f1.k1.{text}");
        prop_assert!(Invitation::open(&prefixed, &keys, SERVICE, now()).is_err());
    }

    #[test]
    fn whatever_is_sealed_is_opened(
        uses in proptest::option::of(1u32..1_000),
        seconds in 1u64..1_000_000,
        subject in proptest::option::of(".{0,100}"),
    ) {
        let keys = keys();
        let details = Details { subject, ..Details::default() };
        let lifetime = Duration::from_secs(seconds);
        let made = Invitation::new(SERVICE, meeting(), details, uses, now(), lifetime);
        let sealed = made.seal(&keys);
        prop_assert_eq!(Invitation::open(sealed.token().expose(), &keys, SERVICE, now()), Ok(made));
    }
}
