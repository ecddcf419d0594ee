//! What Microsoft Graph knows about a meeting, where it is configured.

use std::sync::Arc;
use std::time::Duration;

use foyer_acs::entra::{ClientCredentials, EntraTokens, GRAPH_SCOPE};
use foyer_acs::graph::meeting::{MeetingChat, OnlineMeeting};
use foyer_acs::graph::{GraphClient, GraphError};
use foyer_acs::http::Surroundings;
use foyer_acs::retry::RetryPolicy;
use serde::Deserialize;
use url::Url;

use crate::config::Graph;
use crate::meeting::{Address, Details, DialIn};

/// How long an organiser waits for Graph. Guests join without it.
const PATIENCE: Duration = Duration::from_secs(8);

/// Why nothing was found out. An invitation is made nevertheless.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    #[error("neither the link nor the request tells whose meeting it is")]
    NoOrganizer,
    #[error(transparent)]
    Graph(GraphError),
    #[error("no answer in time")]
    Timeout,
}

impl LookupError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoOrganizer => "lookup.no_organizer",
            Self::Graph(error) => error.code(),
            Self::Timeout => "lookup.timeout",
        }
    }
}

pub(crate) struct Lookup(GraphClient);

impl Lookup {
    /// Asks for nothing yet.
    pub(crate) fn new(graph: &Graph, around: Surroundings) -> Self {
        let credentials = ClientCredentials {
            authority: graph.entra.authority.clone(),
            tenant: graph.entra.tenant.clone(),
            client_id: graph.entra.client_id.clone(),
            client_secret: graph.entra.client_secret.clone(),
            scope: GRAPH_SCOPE.into(),
        };
        let around = Surroundings {
            retry: RetryPolicy {
                attempts: 2,
                ..RetryPolicy::default()
            },
            ..around
        };
        let tokens = Arc::new(EntraTokens::new(credentials, around.clone()));
        Self(GraphClient::new(graph.endpoint.clone(), tokens, around))
    }

    /// What is known about a meeting. `organizer` is whose it is, where the address does not tell.
    pub(crate) async fn look_up(
        &self,
        meeting: &Address,
        organizer: Option<&str>,
    ) -> Result<Details, LookupError> {
        let named = named_organizer(meeting);
        let organizer = organizer
            .or(named.as_deref())
            .ok_or(LookupError::NoOrganizer)?;
        let asked = async {
            match meeting {
                Address::Link(link) => self.0.meeting_by_link(organizer, link).await,
                Address::Id { id, .. } => self.0.meeting_by_id(organizer, id).await,
            }
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(found) => found.map(details).map_err(LookupError::Graph),
            Err(_) => Err(LookupError::Timeout),
        }
    }
}

/// Long links name the organiser in their context.
fn named_organizer(meeting: &Address) -> Option<String> {
    #[derive(Deserialize)]
    struct Context {
        #[serde(rename = "Oid")]
        organizer: String,
    }
    let Address::Link(link) = meeting else {
        return None;
    };
    let url = Url::parse(link).ok()?;
    let (_, context) = url.query_pairs().find(|(name, _)| name == "context")?;
    let context: Context = serde_json::from_str(&context).ok()?;
    Some(context.organizer)
}

fn details(meeting: OnlineMeeting) -> Details {
    let dial_in = meeting.audio_conferencing.and_then(|dial_in| {
        Some(DialIn {
            number: dial_in.toll_number.or(dial_in.toll_free_number)?,
            conference_id: dial_in.conference_id?,
        })
    });
    Details {
        subject: meeting.subject,
        starts_at: meeting.start_date_time,
        ends_at: meeting.end_date_time,
        organizer: meeting.organizer.and_then(|organizer| organizer.name),
        dial_in,
        chat: meeting.allow_meeting_chat.map(|chat| match chat {
            MeetingChat::Enabled => "enabled".into(),
            MeetingChat::Disabled => "disabled".into(),
            MeetingChat::Limited => "limited".into(),
            MeetingChat::Other(other) => other,
        }),
    }
}
