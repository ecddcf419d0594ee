//! What a Teams meeting allows and shows beside words: capabilities, hands, spotlight, captions.
//!
//! Kept, because the SDK may tell it before we are let in, and the call takes it only afterwards.

use std::collections::{BTreeMap, BTreeSet};

use foyer_contract::calling::event::Capability;
use foyer_contract::calling::people::{CaptionState, Hand};
use foyer_meeting::ability::Abilities;
use foyer_meeting::call::News;
use foyer_meeting::captions::CaptionsNews;

/// As told last.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// `None` until the SDK has said what we may do, or that it cannot say.
    capabilities: Option<BTreeMap<String, Capability>>,
    unsupported: BTreeSet<String>,
    /// `None` where the meeting has none for us.
    captions: Option<CaptionState>,
    hands: Vec<Hand>,
    spotlit: Vec<String>,
    has_chat: bool,
}

impl Signs {
    pub fn new(has_chat: bool) -> Self {
        Self {
            has_chat,
            ..Self::default()
        }
    }

    pub fn capabilities(&mut self, told: BTreeMap<String, Capability>) -> Vec<News> {
        self.capabilities = Some(told);
        vec![self.abilities()]
    }

    pub fn unsupported(&mut self, feature: String) -> Vec<News> {
        if feature == "Capabilities" {
            self.capabilities.get_or_insert_default();
        }
        self.unsupported.insert(feature);
        vec![self.abilities()]
    }

    pub fn captions(&mut self, told: CaptionState) -> Vec<News> {
        self.captions = Some(told);
        vec![self.abilities(), News::Captions(self.captions_now())]
    }

    pub fn hands(&mut self, mut hands: Vec<Hand>) -> Vec<News> {
        hands.sort_by_key(|hand| hand.order);
        self.hands = hands;
        vec![self.hands_now()]
    }

    pub fn spotlight(&mut self, participants: Vec<String>) -> Vec<News> {
        self.spotlit = participants;
        vec![News::Spotlight(self.spotlit.clone())]
    }

    /// All of it, for a call that has just been let in.
    pub fn news(&self) -> Vec<News> {
        vec![
            self.abilities(),
            self.hands_now(),
            News::Spotlight(self.spotlit.clone()),
            News::Captions(self.captions_now()),
        ]
    }

    /// The call goes on as another one.
    pub fn moved(&mut self) -> Vec<News> {
        self.hands.clear();
        self.spotlit.clear();
        self.news()
    }

    fn hands_now(&self) -> News {
        let hands = self.hands.iter();
        News::Hands(hands.map(|hand| hand.participant.clone()).collect())
    }

    fn captions_now(&self) -> CaptionsNews {
        let Some(told) = &self.captions else {
            return CaptionsNews::default();
        };
        CaptionsNews {
            active: told.active,
            language: (!told.spoken.is_empty()).then(|| told.spoken.clone()),
            languages: told.spoken_languages.clone(),
        }
    }

    fn abilities(&self) -> News {
        let may = |capability: &str, feature: &str| {
            let Some(told) = &self.capabilities else {
                return false;
            };
            // An SDK that does not know the word allows what the feature can do.
            told.get(capability).is_none_or(|known| known.present)
                && !self.unsupported.contains(feature)
        };
        // Rights over others are told of, never supposed.
        let told = |capability: &str| {
            let known = self.capabilities.as_ref();
            known
                .and_then(|known| known.get(capability))
                .is_some_and(|known| known.present)
        };
        News::Abilities(Abilities {
            hand: may("raiseHand", "RaiseHand"),
            react: may("useReactions", "Reaction"),
            captions: self.captions.is_some() && may("startLiveMeetingCaptions", "Captions"),
            edit_chat: self.has_chat,
            // Teams mixes all voices into one stream.
            volume: false,
            mute_others: told("muteOthers"),
            remove: told("removeParticipant"),
            admit: told("manageLobby"),
            spotlight: told("spotlightParticipant") && !self.unsupported.contains("Spotlight"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abilities(news: &[News]) -> Abilities {
        match news.first() {
            Some(News::Abilities(abilities)) => *abilities,
            other => panic!("{other:?}"),
        }
    }

    fn told(present: &[(&str, bool)]) -> BTreeMap<String, Capability> {
        let entry = |(name, present): &(&str, bool)| {
            let capability = Capability {
                present: *present,
                ..Capability::default()
            };
            ((*name).to_owned(), capability)
        };
        present.iter().map(entry).collect()
    }

    #[test]
    fn capabilities_decide_and_nothing_is_possible_before_them() {
        let mut signs = Signs::new(true);
        let before = abilities(&signs.captions(CaptionState::default()));
        assert!(!before.hand && !before.react && !before.captions && before.edit_chat);
        let some = told(&[("raiseHand", true), ("useReactions", false)]);
        let now = abilities(&signs.capabilities(some));
        assert_eq!((now.hand, now.react, now.captions), (true, false, true));
        let now = abilities(&signs.unsupported("RaiseHand".to_owned()));
        assert!(!now.hand, "allowed, but this SDK cannot");
        let taken = told(&[("startLiveMeetingCaptions", false)]);
        assert!(!abilities(&signs.capabilities(taken)).captions);
    }

    #[test]
    fn without_the_capabilities_feature_the_features_themselves_decide() {
        let mut signs = Signs::new(false);
        let now = abilities(&signs.unsupported("Capabilities".to_owned()));
        assert!(now.hand && now.react && !now.captions && !now.edit_chat);
    }

    #[test]
    fn hands_are_in_the_order_of_raising() {
        let mut signs = Signs::default();
        let hand = |participant: &str, order| Hand {
            participant: participant.to_owned(),
            order,
        };
        let news = signs.hands(vec![hand("b", 7), hand("a", 2)]);
        assert_eq!(news, [News::Hands(vec!["a".to_owned(), "b".to_owned()])]);
        assert!(signs.moved().contains(&News::Hands(Vec::new())));
    }
}
