//! What the tests of this crate share.
// Each test program uses its part, and what fails here fails a test.
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::Arc;

use std::sync::atomic::{AtomicU32, Ordering};

use foyer_acs::chat::{ChatClient, Draft, Format};
use foyer_acs::clock::{BoxFuture, ManualClock};
use foyer_acs::fake::{Fake, FakeConfig, FakeMeeting, MeetingOptions};
use foyer_acs::http::Surroundings;
use foyer_acs::identity::{IdentityClient, Scope, UserId};
use foyer_acs::retry::RetryPolicy;
use foyer_acs::token::{TokenError, TokenKeeper};
use foyer_acs::{Secret, Timestamp};

/// When all tests begin.
pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub async fn fake(clock: &Arc<ManualClock>) -> Fake {
    Fake::start(FakeConfig::loopback(clock.clone()))
        .await
        .unwrap()
}

pub async fn fake_with_tls(clock: &Arc<ManualClock>) -> Fake {
    let mut config = FakeConfig::loopback(clock.clone());
    config.tls = true;
    Fake::start(config).await.unwrap()
}

pub fn around(fake: &Fake, clock: &Arc<ManualClock>) -> Surroundings {
    Surroundings {
        http: fake.http_client().unwrap(),
        clock: clock.clone(),
        retry: RetryPolicy::default(),
        seed: 1,
    }
}

/// A meeting, and a guest with a token who has not been admitted.
pub struct Room {
    pub fake: Fake,
    pub clock: Arc<ManualClock>,
    pub meeting: FakeMeeting,
    pub identity: Arc<IdentityClient>,
    pub guest: UserId,
    pub chat: Arc<ChatClient>,
    renewals: Arc<AtomicU32>,
}

/// One guest.
pub struct Guest {
    pub id: UserId,
    pub chat: Arc<ChatClient>,
    pub identity: Arc<IdentityClient>,
    renewals: Arc<AtomicU32>,
}

const SCOPES: [Scope; 2] = [Scope::VoipJoin, Scope::ChatJoinLimited];

impl Room {
    pub async fn open(clock: &Arc<ManualClock>) -> Self {
        Self::with(clock, |_| {}).await
    }

    pub async fn with(clock: &Arc<ManualClock>, change: impl FnOnce(&mut MeetingOptions)) -> Self {
        let fake = fake(clock).await;
        let mut options = MeetingOptions::at(noon());
        change(&mut options);
        let meeting = fake.open_meeting(options);
        let guest = Self::guest(&fake, &around(&fake, clock), "Gus").await;
        Self {
            clock: Arc::clone(clock),
            meeting,
            identity: guest.identity,
            guest: guest.id,
            chat: guest.chat,
            renewals: guest.renewals,
            fake,
        }
    }

    /// Somebody with a token that is renewed as the token service would.
    pub async fn guest(fake: &Fake, around: &Surroundings, _name: &str) -> Guest {
        let identity = Arc::new(IdentityClient::connect(fake.connection(), around.clone()));
        let (id, token) = identity.create_with_token(&SCOPES, None).await.unwrap();
        let renewals = Arc::new(AtomicU32::new(0));
        let (issuer, user, count) = (Arc::clone(&identity), id.clone(), Arc::clone(&renewals));
        let refresher = Box::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            let (issuer, user) = (Arc::clone(&issuer), user.clone());
            let future: BoxFuture<'static, _> = Box::pin(async move {
                issuer
                    .issue(&user, &SCOPES, None)
                    .await
                    .map_err(|error| TokenError::Refused {
                        reason: error.code().to_owned(),
                    })
            });
            future
        });
        let keeper = TokenKeeper::new(around.clock.clone(), Some(token), refresher);
        let chat = ChatClient::new(fake.endpoint(), Arc::new(keeper), around.clone());
        Guest {
            id,
            chat: Arc::new(chat),
            identity,
            renewals,
        }
    }

    pub fn admit(&self) {
        self.meeting.admit(&self.guest, "Gus");
    }

    pub fn thread(&self) -> &str {
        self.meeting.thread_id()
    }

    pub fn renewals(&self) -> u32 {
        self.renewals.load(Ordering::SeqCst)
    }
}

pub fn draft(text: &str) -> Draft {
    Draft {
        content: Secret::new(text),
        format: Format::Text,
        sender_name: Some("Gus".into()),
    }
}
