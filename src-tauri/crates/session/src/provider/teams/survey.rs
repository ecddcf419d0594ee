//! After the call: the page stays until the guest has said what they thought of it, or has something better to do.

use foyer_contract::survey::Ratings;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::GOODBYE;
use crate::provider::{DESK_OPEN, Desk};
use crate::teams::Request;

/// Hands in what comes, and says goodbye to the page then or when nothing comes.
pub(super) fn open(requests: mpsc::Sender<Request>) -> Desk {
    let (desk, handed_in) = oneshot::channel();
    tokio::spawn(async move {
        let ratings: Option<Ratings> = timeout(DESK_OPEN, handed_in)
            .await
            .ok()
            .and_then(Result::ok);
        let survey = ratings.map(|ratings| Request::Survey {
            survey: ratings.into(),
        });
        for request in survey.into_iter().chain([GOODBYE]) {
            // The window may be gone.
            requests.send(request).await.ok();
        }
    });
    desk
}
