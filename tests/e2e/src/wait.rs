//! Waiting for something to become true, with a generous limit.

use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks until `look` finds something. `what` says what was waited for.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut last = None;
    let looking = async {
        loop {
            match look().await {
                Ok(Some(found)) => return found,
                Ok(None) => last = None,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    match tokio::time::timeout(limit, looking).await {
        Ok(found) => Ok(found),
        Err(_) => match last {
            Some(error) => Err(error).with_context(|| format!("waited {limit:?} for {what}")),
            None => bail!("waited {limit:?} in vain for {what}"),
        },
    }
}
